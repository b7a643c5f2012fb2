UNWIND $ids AS id
MATCH (n:{{label}} {id: id})
{{alive}}
RETURN collect(n.id) AS ids
