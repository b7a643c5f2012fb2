// IC3, friends and theirs who wrote from both of two countries, and live in neither.
WITH toString($personId) AS id
MATCH (person:User {externalId: id, source: 'ldbc-snb'})-[:FOLLOWS]->(friend)
WITH person, collect(friend) AS friends
UNWIND friends AS friend
MATCH (friend)-[:FOLLOWS]->(further)
WITH person, friends, collect(DISTINCT further) AS further
UNWIND friends + further AS other
WITH DISTINCT person, other
WHERE other.id <> person.id
WITH collect(other) AS others
MATCH (country:Place {type: 'country'})
WHERE country.name IN [$countryXName, $countryYName]
MATCH (country)<-[:POSTED_FROM]-(message)
WHERE message.createdAt >= $startDate AND message.createdAt < $startDate + $durationDays * 86400000
MATCH (message)<-[:POSTED]-(other)
WHERE other IN others
WITH other,
     sum(CASE WHEN country.name = $countryXName THEN 1 ELSE 0 END) AS xCount,
     sum(CASE WHEN country.name = $countryYName THEN 1 ELSE 0 END) AS yCount
WHERE xCount > 0 AND yCount > 0
MATCH (other)-[:LIVES_IN]->()-[:PART_OF]->(home)
WHERE NOT home.name IN [$countryXName, $countryYName]
RETURN toInteger(other.externalId) AS personId,
       other.firstName AS personFirstName,
       other.lastName AS personLastName,
       xCount,
       yCount,
       xCount + yCount AS count
ORDER BY count DESC, personId
LIMIT $limit
