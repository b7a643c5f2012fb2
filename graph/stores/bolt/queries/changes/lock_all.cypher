// Ascending, so that nobody waits for somebody who waits for them.
UNWIND $locks AS id
MATCH (lock:_Lock {id: id})
SET lock.n = coalesce(lock.n, 0) + $by
RETURN count(lock) AS locked
