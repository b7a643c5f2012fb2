// A second SET sees what the first one wrote.
UNWIND $rows AS row
MATCH (n:User {id: row[0]})
SET {{moves}}
SET n.celebrity = CASE WHEN n.{{followers}} >= $crowd THEN true ELSE n.celebrity END
