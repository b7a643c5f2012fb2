MATCH (n:User)
WHERE n.id > $after AND n.id <= $last
WITH n ORDER BY n.id LIMIT $limit
RETURN collect({{person}}) AS people
