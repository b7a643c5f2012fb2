MATCH (n:Post {id: $post})<-[r]-(person:User)
WITH person LIMIT $limit
RETURN collect(person.id) AS people
