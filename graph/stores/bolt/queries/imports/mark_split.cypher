MERGE (part:_Part {key: $key})
ON CREATE SET part.import = $batch, part.kind = $kind, part.name = $name, part.results = $results, part.created = $created, part.count = 0
RETURN part.results AS results
