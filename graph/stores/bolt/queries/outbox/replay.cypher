UNWIND $ids AS id
MATCH (dead:_DeadEvent {id: id})
MERGE (event:_Event {id: id})
SET event.kind = dead.kind, event.at = dead.at, event.data = dead.data
DELETE dead
RETURN count(*) AS replayed
