MATCH (lock:_Lock)
DELETE lock
