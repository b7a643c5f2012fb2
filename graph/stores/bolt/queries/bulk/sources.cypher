UNWIND $ids AS id
MATCH (n:{{label}} {id: id})
OPTIONAL MATCH (n)-[edge:{{edge}}]->(other)
WITH id, collect({{other}}) AS targets
RETURN collect([id, targets]) AS sources
