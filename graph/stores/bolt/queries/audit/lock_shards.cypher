// All that may ever be: one that somebody makes meanwhile would be counted twice.
UNWIND $shards AS row
MERGE (shard:_Counter {key: row[0]})
SET shard.owner = row[1], shard.n = coalesce(shard.n, 0), shard.audited = coalesce(shard.audited, 0) + 1
RETURN count(shard) AS shards
