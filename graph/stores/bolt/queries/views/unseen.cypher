UNWIND $rows AS row
MATCH (n:Post {id: row[0]})
WHERE coalesce(n.gone, false) = false
OPTIONAL MATCH (view:_View {key: row[1]})
WITH n, view
WHERE view IS NULL
RETURN collect([n.id, {{counters}}]) AS unseen
