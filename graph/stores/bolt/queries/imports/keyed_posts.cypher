// Posts that share another, or have the key of one that does.
UNWIND $ids AS id
MATCH (n:Post {id: id})
WHERE n.shareKey IS NOT NULL OR EXISTS { (n)-[:SHARES]->() }
RETURN collect([{{post}}, n.shareKey]) AS found
