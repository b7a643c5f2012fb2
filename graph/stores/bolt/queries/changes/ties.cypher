// The locks are held: what is read here stays until the commit. Of a post that is not there nothing
// is asked: on the embedded store a pattern that begins at null goes through everybody.
UNWIND $rows AS row
OPTIONAL MATCH (a:User {id: $person})
OPTIONAL MATCH (n:Post {id: row[0]})
OPTIONAL MATCH (share:Post)
WHERE share.shareKey = row[1]
RETURN collect([
  row[0], {{person}}, {{person_counters}}, CASE WHEN n IS NULL THEN null ELSE {{post}} END, {{post_counters}},
  [(a)-[r:{{types}}]->(n) | [type(r), properties(r)]], share.id
]) AS ties
