UNWIND $rows AS row
MATCH (n:Post {id: row[0]})
SET n.shareKey = row[1]
