// Locks and sequences stay: what was handed out or cached must not come again.
MATCH (n)
WHERE NOT n:_Lock AND NOT n:_Sequence
WITH n LIMIT $limit
DETACH DELETE n
RETURN count(*) AS removed
