MATCH (n:User {id: $person})-[r]-()
WITH DISTINCT r LIMIT $limit
RETURN collect([type(r), startNode(r).id, endNode(r).id]) AS edges
