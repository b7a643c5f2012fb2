MATCH (n:{{label}})
WHERE n.id > $after
WITH n.id AS id ORDER BY id LIMIT $size
RETURN max(id) AS last
