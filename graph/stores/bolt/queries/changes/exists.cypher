MATCH (n:{{label}})
WHERE n.id = $id
RETURN n.id AS id
