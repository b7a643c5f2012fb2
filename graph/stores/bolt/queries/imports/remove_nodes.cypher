// One with an edge stays, whoever made the edge.
UNWIND $ids AS id
MATCH (n:{{label}} {id: id})
WHERE NOT EXISTS { (n)--() }
WITH n, n.id AS id
DELETE n
RETURN collect(id) AS removed
