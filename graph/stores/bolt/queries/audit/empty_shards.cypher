UNWIND $owners AS owner
MATCH (shard:_Counter {owner: owner})
SET shard.n = 0
