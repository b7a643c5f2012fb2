MATCH (n:Post {id: $post})
RETURN coalesce(n.edits, []) AS edits
