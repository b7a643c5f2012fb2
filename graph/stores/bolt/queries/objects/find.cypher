UNWIND $values AS value
MATCH (n:{{label}})
WHERE n.{{key}} = value
RETURN collect([value, n.id]) AS found
