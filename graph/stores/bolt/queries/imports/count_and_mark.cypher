UNWIND $rows AS row
MATCH (n:User {id: row[0]})
SET {{moves}}
WITH n
WHERE n.{{followers}} >= $crowd AND coalesce(n.celebrity, false) = false
SET n.celebrity = true
