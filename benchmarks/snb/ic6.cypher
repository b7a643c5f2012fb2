// IC6, tags that stand beside a tag on posts of friends and theirs.
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
MATCH (tag:Tag {name: $tagName})<-[:TAGGED]-(post)<-[:POSTED]-(author)
WHERE author IN others AND EXISTS { (post)-[:IN]->() }
MATCH (post)-[:TAGGED]->(beside)
WHERE beside.name <> $tagName
RETURN beside.name AS tagName, count(post) AS postCount
ORDER BY postCount DESC, tagName
LIMIT $limit
