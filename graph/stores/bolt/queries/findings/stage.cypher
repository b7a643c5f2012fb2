UNWIND $rows AS row
MATCH (n:{{label}} {id: row[0]})
SET n._next_{{name}} = row[1]
RETURN count(n) AS staged
