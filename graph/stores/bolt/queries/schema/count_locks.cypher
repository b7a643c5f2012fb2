MATCH (lock:_Lock)
RETURN count(lock) AS locks
