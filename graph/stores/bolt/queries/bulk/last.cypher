MATCH (n:{{label}})
RETURN max(n.id) AS last
