MATCH (lock:_Lock {id: $lock})
SET lock.n = coalesce(lock.n, 0) + 1
WITH lock
OPTIONAL MATCH (n:User {id: $person})
RETURN [{{person}}, {{counters}}] AS person
