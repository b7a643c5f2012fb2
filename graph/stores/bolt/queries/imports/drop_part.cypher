MATCH (part:_Part {key: $key})
DELETE part
