MATCH (n:{{label}})
WHERE n.id > $after AND n.id <= $last
MATCH (n)-[edge:{{edge}}]->(other)
RETURN collect([n.id, other.id, properties(edge)]) AS links
