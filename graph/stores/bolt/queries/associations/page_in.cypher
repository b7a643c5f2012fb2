MATCH (:{{owner}} {id: $owner})<-[edge:{{edge}}]-(other)
WITH edge.{{time}} AS at, other.id AS id
WHERE (at < $after_at OR (at = $after_at AND id < $after_id))
  AND (at > $before_at OR (at = $before_at AND id > $before_id))
WITH at, id ORDER BY at {{order}}, id {{order}} LIMIT $limit
RETURN collect([at, id]) AS entries
