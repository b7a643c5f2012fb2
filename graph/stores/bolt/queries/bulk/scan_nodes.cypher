MATCH (n:{{label}})
WHERE n.id > $after AND n.id <= $last
RETURN collect(properties(n)) AS nodes
