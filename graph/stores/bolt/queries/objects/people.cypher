UNWIND $ids AS id
MATCH (n:User {id: id})
RETURN collect({{person}}) AS people
