UNWIND $ids AS id
MATCH (n:User {id: id})-[r:{{types}}]->(other)
WITH id, type(r) AS edge, other.id AS target, count(r) AS times
WHERE times > 1
RETURN collect([id, edge, target, times]) AS doubled
