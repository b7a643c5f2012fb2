// Whoever moves one of these counters on the node waits here, or fails at commit.
UNWIND $ids AS id
MATCH (n:{{label}} {id: id})
SET n._audited = coalesce(n._audited, 0) + 1
RETURN collect([id, coalesce(n._huge, [])]) AS huge
