UNWIND $rows AS row
MATCH (a:{{source}} {id: row[0]})
MATCH (b:{{target}} {id: row[1]})
CREATE (a)-[edge:{{edge}}]->(b)
SET edge = row[2]
