// In no order: reading in order costs the whole backlog.
MATCH (event:_Event)
WITH event LIMIT $limit
RETURN collect([event.id, event.kind, event.at, event.data]) AS events
