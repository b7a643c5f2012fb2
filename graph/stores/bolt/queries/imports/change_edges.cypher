UNWIND $rows AS row
MATCH (a:{{source}} {id: row[0]})-[edge:{{edge}}]->(b)
WHERE b.id = row[1]
SET edge += row[2]
