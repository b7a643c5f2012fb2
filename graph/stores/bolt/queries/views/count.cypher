UNWIND $ids AS id
MATCH (n:Post {id: id})
SET n.{{property}} = coalesce(n.{{property}}, 0) + 1
RETURN count(n) AS counted
