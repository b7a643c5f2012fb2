MATCH (part:_Part {key: $key})
RETURN part.results AS results
