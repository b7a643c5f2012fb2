UNWIND $owners AS owner
MATCH (:{{owner}} {id: owner})-[edge:{{edge}}]->(other)
WITH owner, collect({{other}}) AS ids, collect(edge.{{time}}) AS at
RETURN collect([owner, ids, at]) AS lists
