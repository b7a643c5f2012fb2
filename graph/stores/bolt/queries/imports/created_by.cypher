MATCH (part:_Part {import: $batch})
WITH part.name AS name, sum(part.count) AS count
RETURN collect([name, count]) AS created
