MATCH (n:User)
WHERE n.id > $after
RETURN max(n.id) AS last
