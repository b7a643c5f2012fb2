MATCH (n:{{label}} {id: $id})
SET n += $kept
