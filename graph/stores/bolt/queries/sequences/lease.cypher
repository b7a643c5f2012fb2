MERGE (lease:_Lease {node: $node})
SET lease.holder = $holder, lease.until = $until
RETURN lease.node AS node
