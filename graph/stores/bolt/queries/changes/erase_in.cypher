MATCH (n:User {id: $person})<-[r]-(other)
WITH r, other LIMIT $limit
WITH r, other.id AS other
WHERE other IN $others
WITH r, type(r) AS edge, other, properties(r) AS props
DELETE r
RETURN collect([edge, other, props]) AS erased
