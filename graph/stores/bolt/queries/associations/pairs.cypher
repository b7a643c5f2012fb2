UNWIND $pairs AS pair
OPTIONAL MATCH (a:User {id: pair[0]})
OPTIONAL MATCH (b:User {id: pair[1]})
RETURN collect([
  pair, {{a}}, {{b}},
  [(a)-[r:{{types}}]->(b) | [type(r), properties(r)]],
  [(b)-[r:{{types}}]->(a) | [type(r), properties(r)]]
]) AS pairs
