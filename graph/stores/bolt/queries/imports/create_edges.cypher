UNWIND $rows AS row
MATCH (a:{{source}} {id: row[0]})
MATCH (b:{{target}} {id: row[1]})
WHERE NOT EXISTS { {{between}} }
WITH row, a, b{{back}}
CREATE (a)-[:{{edge}} { {{props}} }]->(b)
RETURN collect(row[2]) AS made, {{backs}} AS backs
