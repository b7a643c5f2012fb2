UNWIND $ids AS id
MATCH (event:_Event {id: id})
DELETE event
