// From the others, whose lists are theirs alone: the one who left may have millions. Without a
// label at the far end no server can begin there.
UNWIND $others AS id
MATCH (other:User {id: id})-[:{{edge}}]->(target)
WITH id, target.id AS target
WHERE target = $person
RETURN collect(DISTINCT id) AS mutual
