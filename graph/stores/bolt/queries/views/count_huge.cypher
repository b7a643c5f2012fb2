UNWIND $rows AS row
MERGE (shard:_Counter {key: row[0]})
SET shard.owner = row[1], shard.n = coalesce(shard.n, 0) + 1
RETURN count(shard) AS counted
