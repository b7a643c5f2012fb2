UNWIND $ids AS id
MATCH (n:{{label}} {id: id})
WHERE n.{{name}} IS NOT NULL
RETURN collect([n.id, n.{{name}}]) AS found
