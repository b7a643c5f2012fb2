UNWIND $owners AS owner
MATCH (:User {id: owner})-[posted:POSTED]->(share:Post)-[:SHARES]->(original:Post)
WHERE share.text IS NULL AND share.media IS NULL AND coalesce(share.gone, false) = false
WITH owner, collect(original.id) AS ids, collect(posted.at) AS at
RETURN collect([owner, ids, at]) AS lists
