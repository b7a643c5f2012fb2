UNWIND $ids AS id
MATCH (n:User {id: id})
WHERE n.{{followers}} >= $crowd AND coalesce(n.celebrity, false) = false
SET n.celebrity = true
