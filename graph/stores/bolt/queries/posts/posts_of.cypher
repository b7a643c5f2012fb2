// Edges carry their ends: no post is visited.
UNWIND $authors AS author
MATCH (:User {id: author})-[edge:POSTED]->()
WITH author, edge.at AS at, edge._to AS id
WHERE (at < $before_at OR (at = $before_at AND id < $before_id))
  AND (at > $after_at OR (at = $after_at AND id > $after_id))
WITH author, at, id ORDER BY at DESC, id DESC LIMIT $limit
RETURN collect([id, at, author]) AS posts
