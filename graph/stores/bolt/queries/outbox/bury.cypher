MATCH (event:_Event {id: $id})
MERGE (dead:_DeadEvent {id: event.id})
SET dead.kind = event.kind, dead.at = event.at, dead.data = event.data,
  dead.attempts = $attempts, dead.error = $error
DELETE event
