UNWIND $rows AS row
MATCH (:{{source}} {id: row[1]})-[:{{edge}}]->(:{{source}} {id: row[0]})
RETURN collect(DISTINCT row) AS mutual
