UNWIND $values AS value
MATCH (n:User)
WHERE n.{{key}} = value
RETURN collect([value, n.id]) AS found
