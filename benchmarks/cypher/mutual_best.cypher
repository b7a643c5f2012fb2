// The same, the fastest of five forms that were tried: whoever has four follows with the two of
// them is a friend of both. No edge is looked up by its ends.
MATCH (b:User {id: $other}), (v:User {id: $viewer})
WHERE NOT b.gone AND NOT b.hideNetwork
  AND NOT (b)-[:BLOCKS]->(v) AND NOT (v)-[:BLOCKS]->(b)
OPTIONAL MATCH (v)-[:BLOCKS]-(x:User)
WITH v, b, collect(x.id) AS blocked
UNWIND [v, b] AS e
MATCH (e)-[:FOLLOWS]-(m:User)
WITH blocked, m, count(*) AS follows
WHERE follows = 4 AND NOT m.id IN blocked AND NOT m.gone AND NOT m.hideNetwork
WITH m ORDER BY m.id LIMIT 20
RETURN collect([m.id, m.username, m.name]) AS answer
