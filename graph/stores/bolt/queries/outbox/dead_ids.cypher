MATCH (event:_DeadEvent)
RETURN collect(event.id) AS ids
