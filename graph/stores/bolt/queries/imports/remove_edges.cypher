UNWIND $rows AS row
MATCH (a:{{source}} {id: row[0]})-[edge:{{edge}}]->(b)
WHERE b.id = row[1]{{only}}
WITH row, a, b, edge{{back}}
DELETE edge
RETURN collect(row[2]) AS made, {{backs}} AS backs
