// IC13, how many steps apart two people are; -1 where no path leads from one to the other.
WITH toString($person1Id) AS first, toString($person2Id) AS second
MATCH (one:User {externalId: first, source: 'ldbc-snb'})
MATCH (other:User {externalId: second, source: 'ldbc-snb'})
CALL (one, other) {
  WITH one, other WHERE one.id = other.id
  RETURN 0 AS steps
  UNION
  WITH one, other WHERE one.id <> other.id
  OPTIONAL MATCH path = shortestPath((one)-[:FOLLOWS*]->(other))
  RETURN coalesce(length(path), -1) AS steps
}
RETURN steps AS shortestPathLength
