MATCH (event:_DeadEvent)
WITH event ORDER BY event.id LIMIT $limit
RETURN collect([event.id, event.kind, event.at, event.data, event.attempts, event.error]) AS events
