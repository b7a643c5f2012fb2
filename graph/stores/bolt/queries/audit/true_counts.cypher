UNWIND $ids AS id
MATCH (n:{{label}} {id: id})
RETURN collect([id, [{{counts}}]]) AS counts
