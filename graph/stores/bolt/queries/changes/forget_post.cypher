MATCH (n:Post {id: $post})
SET n = {id: n.id, gone: true, createdAt: n.createdAt, author: n.author, createKey: n.createKey}
WITH n
OPTIONAL MATCH (shard:_Counter)
WHERE shard.owner IN $owners
DELETE shard
