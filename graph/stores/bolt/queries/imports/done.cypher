CREATE (part:_Part {key: $key, import: $batch, kind: $kind, name: $name, results: $results, created: $created, count: $count})
