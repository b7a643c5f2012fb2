// The locks are held: what is read here stays until the commit.
UNWIND $rows AS row
OPTIONAL MATCH (a:User {id: $person})
OPTIONAL MATCH (n:Post {id: row[0]})
OPTIONAL MATCH (share:Post)
WHERE share.shareKey = row[1]
RETURN collect([
  row[0], {{person}}, {{person_counters}}, {{post}}, {{post_counters}},
  [(a)-[r:{{types}}]->(n) | [type(r), properties(r)]], share.id
]) AS ties
