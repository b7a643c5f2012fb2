MATCH (n:User {id: $person})
SET n += $kept
