// All that may ever be: one that somebody makes meanwhile would be counted twice.
UNWIND $shards AS row
MERGE (shard:_Counter {key: row[0]})
SET shard.owner = row[1], shard.n = 0
RETURN count(shard) AS shards
