UNWIND $values AS value
MATCH (n:{{label}} { {{key}}: value})
RETURN collect([n.{{key}}, n.id]) AS found
