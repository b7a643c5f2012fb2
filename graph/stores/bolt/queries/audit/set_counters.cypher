UNWIND $rows AS row
MATCH (n:{{label}} {id: row[0]})
SET n += row[1]
