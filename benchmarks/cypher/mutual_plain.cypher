// Friends of the viewer and of another person: the pattern as one would write it first.
// The viewer's own friends are open to the viewer, and an edge of somebody who hides the network
// is seen by its two ends alone.
MATCH (v:User {id: $viewer}), (b:User {id: $other})
WHERE NOT b.gone AND NOT b.hideNetwork
  AND NOT (b)-[:BLOCKS]->(v) AND NOT (v)-[:BLOCKS]->(b)
MATCH (v)-[:FOLLOWS]->(m:User)<-[:FOLLOWS]-(b)
WHERE (m)-[:FOLLOWS]->(v) AND (m)-[:FOLLOWS]->(b)
  AND NOT m.gone AND NOT m.hideNetwork
  AND NOT (m)-[:BLOCKS]->(v) AND NOT (v)-[:BLOCKS]->(m)
WITH m ORDER BY m.id LIMIT 20
RETURN collect([m.id, m.username, m.name]) AS answer
