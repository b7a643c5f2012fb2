UNWIND $keys AS key
MATCH (n:{{label}} { {{key}}: key})
RETURN collect([n.{{key}}, n.id, n.externalKey, [{{given}}]]) AS standing
