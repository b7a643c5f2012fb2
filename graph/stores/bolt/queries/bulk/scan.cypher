MATCH (n:{{label}})
WHERE n.id > $after AND n.id <= $last
MATCH (n)-[edge:{{edge}}]->(other)
WITH collect(n.id) AS sources, collect(other.id) AS targets, collect(coalesce(edge.{{time}}, 0)) AS times
RETURN [sources, targets, times] AS edges
