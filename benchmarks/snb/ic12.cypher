// IC12, experts: friends who reply to posts about a class of tags, or a class below it.
MATCH (class:TagClass)-[:SUBCLASS_OF*0..]->(:TagClass {name: $tagClassName})
WITH collect(DISTINCT class) AS classes, toString($personId) AS id
MATCH (:User {externalId: id, source: 'ldbc-snb'})-[:FOLLOWS]->(friend)
MATCH (friend)-[:POSTED]->(comment)-[:REPLIES_TO]->(post)-[:TAGGED]->(tag)-[:HAS_TYPE]->(class)
WHERE class IN classes AND EXISTS { (post)-[:IN]->() }
WITH friend, comment, tag.name AS name
ORDER BY name
WITH friend, collect(DISTINCT name) AS tagNames, count(DISTINCT comment) AS replyCount
RETURN toInteger(friend.externalId) AS personId,
       friend.firstName AS personFirstName,
       friend.lastName AS personLastName,
       tagNames,
       replyCount
ORDER BY replyCount DESC, personId
LIMIT $limit
