// Whether the other direction stands is asked while both ends are at hand.
UNWIND $rows AS row
MATCH (a:{{source}} {id: row[0]})
MATCH (b:{{target}} {id: row[1]})
WITH row, a, b, EXISTS { (b)-[:{{edge}}]->(a) } AS back
CREATE (a)-[edge:{{edge}}]->(b)
SET edge = row[2]
WITH row, back
WHERE back
RETURN collect([row[0], row[1]]) AS mutual
