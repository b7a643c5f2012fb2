UNWIND range(0, $locks - 1) AS id
MERGE (lock:_Lock {id: id})
RETURN count(lock) AS locks
