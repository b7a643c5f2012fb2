// Edges before the nodes they lead to.
MATCH (part:_Part {import: $batch})
WITH part ORDER BY part.kind LIMIT 1
RETURN [part.key, part.kind, part.name, part.created] AS part
