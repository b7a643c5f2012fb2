MATCH (:User {id: $source})-[r:{{edge}}]->(:{{target}} {id: $target})
WITH r ORDER BY r.{{time}}
WITH collect(r) AS all
UNWIND all[1..] AS extra
DELETE extra
