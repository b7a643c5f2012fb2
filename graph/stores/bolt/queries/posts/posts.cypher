UNWIND $ids AS id
MATCH (n:Post {id: id})
RETURN collect({{post}}) AS posts
