// No more of a doubled edge than was asked for.
UNWIND $rows AS row
MATCH (:{{source}} {id: row[0]})-[r:{{edge}}]->(:{{target}} {id: row[1]})
WITH row, collect(r) AS all
UNWIND all[..row[2]] AS r
WITH row, r, r.{{time}} AS at
DELETE r
RETURN collect([row[0], row[1], at]) AS erased
