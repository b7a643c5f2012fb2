// Not DISTINCT: nobody is linked to themselves, and reading stops at the limit.
MATCH (n:User {id: $person})-[r]-()
WITH r LIMIT $limit
RETURN collect([type(r), startNode(r).id, endNode(r).id]) AS edges
