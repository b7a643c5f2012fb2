// IC14, all shortest paths between two people, by how much neighbours on them reply to each other.
// Paths of one weight may come in any order; it is always the same here.
WITH toString($person1Id) AS first, toString($person2Id) AS second
MATCH (one:User {externalId: first, source: 'ldbc-snb'})
MATCH (other:User {externalId: second, source: 'ldbc-snb'})
CALL (one, other) {
  WITH one, other WHERE one.id = other.id
  RETURN [one] AS people, [] AS steps
  UNION ALL
  WITH one, other WHERE one.id <> other.id
  MATCH path = allShortestPaths((one)-[:FOLLOWS*]->(other))
  RETURN nodes(path) AS people, [s IN relationships(path) | [startNode(s), endNode(s)]] AS steps
}
WITH collect({people: people, steps: steps}) AS paths
CALL (paths) {
  UNWIND paths AS path
  UNWIND path.people AS person
  WITH collect(DISTINCT person) AS everyone
  UNWIND everyone AS a
  MATCH (a)-[:POSTED]->(reply)-[:REPLIES_TO]->(message)<-[:POSTED]-(b)
  WHERE b IN everyone
  WITH a, b, CASE WHEN EXISTS { (message)-[:REPLIES_TO]->() } THEN 0.5 ELSE 1.0 END AS worth
  WITH a, b, sum(worth) AS worth
  RETURN collect({a: a, b: b, worth: worth}) AS replies
}
UNWIND paths AS path
WITH [person IN path.people | toInteger(person.externalId)] AS personIdsInPath,
     reduce(sum = 0.0, r IN replies | sum +
       CASE WHEN [r.a, r.b] IN path.steps OR [r.b, r.a] IN path.steps THEN r.worth ELSE 0.0 END
     ) AS pathWeight
RETURN personIdsInPath, pathWeight
ORDER BY pathWeight DESC, reverse(personIdsInPath) DESC
