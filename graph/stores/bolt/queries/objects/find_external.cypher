MATCH (n:User {externalId: $value})
WHERE coalesce(n.gone, false) = false
WITH n.id AS id ORDER BY id LIMIT 10
RETURN collect(id) AS ids
