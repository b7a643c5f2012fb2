MATCH (n:{{label}} {id: $id})-[edge:{{edge}}]->(other)
RETURN collect([other.id, properties(edge)]) AS links
