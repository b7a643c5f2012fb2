// Somebody else may have ended some of them: what came in their place is not locked. Nobody counts
// these but the post, which is gone.
MATCH (n:Post {id: $post})<-[r]-(person:User)
WITH r, person LIMIT $limit
WITH r, person.id AS person
WHERE person IN $people
WITH r, type(r) AS edge, person, r.at AS at
DELETE r
RETURN collect([edge, person, at]) AS erased
