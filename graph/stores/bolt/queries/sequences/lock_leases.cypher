// Everybody who leases waits for one another here.
MATCH (sequence:_Sequence {name: 'leases'})
SET sequence.next = sequence.next + 1
WITH sequence
OPTIONAL MATCH (lease:_Lease)
WHERE lease.node >= $first AND lease.node <= $last
WITH lease WHERE lease IS NOT NULL
RETURN collect([lease.node, lease.holder, lease.until]) AS leases
