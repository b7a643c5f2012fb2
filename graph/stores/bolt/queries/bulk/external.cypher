UNWIND $ids AS id
MATCH (n:{{label}} {id: id})
WHERE n.externalId IS NOT NULL
RETURN collect([n.id, n.externalId]) AS found
