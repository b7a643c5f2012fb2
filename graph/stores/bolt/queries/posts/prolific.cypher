UNWIND $authors AS author
MATCH (user:User {id: author})
WHERE user.{{posts}} >= $many
RETURN collect(author) AS authors
