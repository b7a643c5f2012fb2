MATCH (n:User {id: $person})
SET n = {id: n.id, gone: true, createdAt: n.createdAt}
WITH n
OPTIONAL MATCH (shard:_Counter)
WHERE shard.owner IN $owners
DELETE shard
