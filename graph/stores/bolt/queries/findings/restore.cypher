MATCH (n:{{label}})
WHERE n.{{name}} IS NOT NULL OR n._before_{{name}} IS NOT NULL
WITH n, n.{{name}} AS new, n._before_{{name}} AS old
SET n._before_{{name}} = new, n.{{name}} = old
RETURN count(old) AS nodes
