MATCH (n:{{label}})
WHERE n._next_{{name}} IS NOT NULL
WITH n LIMIT $limit
SET n._next_{{name}} = null
RETURN count(n) AS swept
