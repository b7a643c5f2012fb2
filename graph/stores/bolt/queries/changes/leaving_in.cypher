MATCH (n:User {id: $person})<-[r]-(other)
WITH other LIMIT $limit
RETURN collect(other.id) AS others
