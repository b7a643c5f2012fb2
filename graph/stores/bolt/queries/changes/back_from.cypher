// What leads away goes first, so there is next to nothing to read.
MATCH (n:User {id: $person})-[:{{edge}}]->(other:User)
WHERE other.id IN $others
RETURN collect(DISTINCT other.id) AS mutual
