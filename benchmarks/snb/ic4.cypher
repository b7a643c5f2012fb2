// IC4, new topics: tags of friends' posts of a period that none of their earlier posts had.
WITH toString($personId) AS id
MATCH (:User {externalId: id, source: 'ldbc-snb'})-[:FOLLOWS]->(friend)-[:POSTED]->(post)
WHERE post.createdAt < $startDate + $durationDays * 86400000 AND EXISTS { (post)-[:IN]->() }
MATCH (post)-[:TAGGED]->(tag)
WITH tag,
     sum(CASE WHEN post.createdAt >= $startDate THEN 1 ELSE 0 END) AS postCount,
     sum(CASE WHEN post.createdAt < $startDate THEN 1 ELSE 0 END) AS earlier
WHERE postCount > 0 AND earlier = 0
RETURN tag.name AS tagName, postCount
ORDER BY postCount DESC, tagName
LIMIT $limit
