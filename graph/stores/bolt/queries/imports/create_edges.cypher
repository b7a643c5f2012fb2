// Targets first, each found once: sources stand in lists beside them.
WITH $same AS same
UNWIND $rows AS row
MATCH (b:{{target}} {id: row[0]})
UNWIND row[1] AS one
MATCH (a:{{source}} {id: one[0]})
WHERE NOT EXISTS { {{between}} }
WITH same, row, one, a, b{{back}}
CREATE (a)-[:{{edge}} { {{props}} }]->(b)
RETURN collect(one[1]) AS made, {{backs}} AS backs
