// Nodes first, each found once: edges name them by their places in the lists. Edges stand by their
// targets, those that lead to the one at `t` from `starts[t]` on.
UNWIND range(0, size($ids) - 1) AS at
MATCH (n:{{source}} {id: $ids[at]})
{{counted}}
WITH n, at ORDER BY at
WITH collect(n) AS nodes, count({{alive}}) AS alive{{crowded}}
WHERE alive = size($ids)
UNWIND range(0, size($targets) - 1) AS t
{{target}}
UNWIND range($starts[t], $starts[t + 1] - 1) AS at
WITH t, at, b, nodes[$sources[at]] AS a{{carried}}
WHERE NOT EXISTS { {{between}} }
WITH t, at, a, b{{carried}}{{back}}
CREATE (a)-[:{{edge}} { {{props}} }]->(b)
RETURN collect(at) AS made, {{backs}} AS backs, {{crowd}} AS crowd
