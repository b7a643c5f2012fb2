// Whoever moves one of these counters waits here, or fails at commit.
MATCH (n:User {id: $person})
SET n._audited = coalesce(n._audited, 0) + 1
WITH n
UNWIND coalesce(n._huge, []) + [''] AS counter
OPTIONAL MATCH (shard:_Counter {owner: '{{prefix}}:' + toString(n.id) + ':' + counter})
SET shard.n = 0
RETURN count(shard) AS shards
