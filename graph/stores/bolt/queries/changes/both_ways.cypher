UNWIND $rows AS row
MATCH (a:{{source}} {id: row[0]})-[:{{edge}}]->(:{{source}} {id: row[1]})-[:{{edge}}]->(a)
RETURN collect(DISTINCT row) AS mutual
