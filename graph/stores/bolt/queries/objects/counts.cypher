// Shards are looked for only where the node says that it has some.
UNWIND $ids AS id
MATCH (n:{{label}} {id: id})
CALL (n) {
  UNWIND coalesce(n._huge, []) AS counter
  MATCH (shard:_Counter {owner: '{{prefix}}:' + toString(n.id) + ':' + counter})
  RETURN collect([counter, shard.n]) AS shards
}
RETURN collect([n.id, {{counters}}, shards]) AS counts
