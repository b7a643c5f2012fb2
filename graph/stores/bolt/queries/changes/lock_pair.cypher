// The write comes first: whoever changes this pair too waits here, or fails at commit.
MATCH (lock:_Lock {id: $lock})
SET lock.n = coalesce(lock.n, 0) + 1
WITH lock.n AS version
OPTIONAL MATCH (a:User {id: $a})
OPTIONAL MATCH (b:User {id: $b})
RETURN [
  version, {{a}}, {{b}}, {{a_counters}}, {{b_counters}},
  [(a)-[r:{{types}}]->(b) | [type(r), properties(r)]],
  [(b)-[r:{{types}}]->(a) | [type(r), properties(r)]]
] AS pair
