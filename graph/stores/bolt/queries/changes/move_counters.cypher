UNWIND range(0, size($ids) - 1) AS at
MATCH (n:{{label}} {id: $ids[at]})
SET {{moves}}
