// Found from the one who left, never pair by pair: that would read their whole list for each.
// Somebody else may have ended some of them: what came in their place is not locked.
MATCH (n:User {id: $person})-[r]->(other)
WITH r, other LIMIT $limit
WITH r, other.id AS other
WHERE other IN $others
WITH r, type(r) AS edge, other, properties(r) AS props
DELETE r
RETURN collect([edge, other, props]) AS erased
