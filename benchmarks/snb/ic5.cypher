// IC5, new groups: forums that friends and theirs joined after a day, and how much they post there.
WITH toString($personId) AS id
MATCH (person:User {externalId: id, source: 'ldbc-snb'})-[:FOLLOWS]->(friend)
WITH person, collect(friend) AS friends
UNWIND friends AS friend
MATCH (friend)-[:FOLLOWS]->(further)
WITH person, friends, collect(DISTINCT further) AS further
UNWIND friends + further AS other
WITH DISTINCT person, other
WHERE other.id <> person.id
MATCH (other)-[joined:MEMBER_OF]->(forum)
WHERE joined.at > $minDate
WITH forum, collect(other) AS members
OPTIONAL MATCH (forum)<-[:IN]-(post)<-[:POSTED]-(author)
WHERE author IN members
WITH forum, count(post) AS postCount
ORDER BY postCount DESC, toInteger(forum.externalId)
LIMIT $limit
RETURN forum.name AS forumTitle, postCount
ORDER BY postCount DESC, toInteger(forum.externalId)
