// All at once: what stood is kept for a way back, and who has no new value has none.
MATCH (n:{{label}})
WHERE n._next_{{name}} IS NOT NULL OR n.{{name}} IS NOT NULL OR n._before_{{name}} IS NOT NULL
WITH n, n.{{name}} AS old, n._next_{{name}} AS new
SET n._before_{{name}} = old, n.{{name}} = new, n._next_{{name}} = null
RETURN count(new) AS nodes
