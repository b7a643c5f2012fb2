// Friends of the viewer's friends with the number of common friends, most first; the fastest of
// four forms that were tried. A friendship of somebody who hides the network is not known to the
// viewer, who is neither of its ends.
MATCH (v:User {id: $viewer})
OPTIONAL MATCH (v)-[:BLOCKS]-(z:User)
WITH v, collect(z.id) AS blocked
MATCH (v)-[:FOLLOWS]->(f:User)-[:FOLLOWS]->(v)
WHERE NOT f.gone AND NOT f.hideNetwork AND NOT f.id IN blocked
MATCH (f)-[:FOLLOWS]-(x:User)
WITH v, blocked, f, x, count(*) AS follows
WHERE follows = 2
WITH v, blocked, x, count(*) AS mutual
WHERE x.id <> $viewer AND NOT x.gone AND NOT x.hideNetwork AND NOT x.id IN blocked
  AND NOT ((v)-[:FOLLOWS]->(x) AND (x)-[:FOLLOWS]->(v))
WITH x, mutual ORDER BY mutual DESC, x.id LIMIT 20
RETURN collect([x.id, x.username, x.name, mutual]) AS answer
