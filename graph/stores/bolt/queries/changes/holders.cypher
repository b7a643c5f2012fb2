MATCH (n:{{label}})
WHERE n.{{property}} = $value AND n.id <> $id
RETURN n.id AS id LIMIT 1
