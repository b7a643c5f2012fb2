UNWIND $rows AS row
MERGE (n:User {id: row.id})
SET n += row
