// IC10, friends of friends born around a month's end, by how much they post about one's interests.
WITH toString($personId) AS id
MATCH (person:User {externalId: id, source: 'ldbc-snb'})-[:FOLLOWS]->(friend)
WITH person, collect(friend) AS friends
OPTIONAL MATCH (person)-[:INTERESTED_IN]->(interest)
WITH person, friends, collect(interest) AS interests
UNWIND friends AS friend
MATCH (friend)-[:FOLLOWS]->(other)
WITH DISTINCT person, friends, interests, other
WHERE other.id <> person.id AND NOT other IN friends
WITH interests, other, datetime({epochMillis: other.birthday}) AS born
WHERE (born.month = $month AND born.day >= 21)
   OR (born.month = $month % 12 + 1 AND born.day < 22)
OPTIONAL MATCH (other)-[:POSTED]->(post)-[:IN]->()
WITH interests, other, post, COUNT { MATCH (post)-[:TAGGED]->(tag) WHERE tag IN interests } AS shared
WITH other, sum(CASE WHEN post IS NULL THEN 0 WHEN shared > 0 THEN 1 ELSE -1 END) AS score
ORDER BY score DESC, toInteger(other.externalId)
LIMIT $limit
MATCH (other)-[:LIVES_IN]->(city)
RETURN toInteger(other.externalId) AS personId,
       other.firstName AS personFirstName,
       other.lastName AS personLastName,
       score AS commonInterestScore,
       other.gender AS personGender,
       city.name AS personCityName
ORDER BY commonInterestScore DESC, personId
