// Both ways from the owner's own edges: the other's lists may be a celebrity's.
UNWIND $owners AS owner
MATCH (a:{{owner}} {id: owner})-[out:{{edge}}]->(other)-[back:{{edge}}]->(a)
WITH owner, collect(other.id) AS ids, collect(CASE WHEN out.{{time}} < back.{{time}} THEN back.{{time}} ELSE out.{{time}} END) AS at
RETURN collect([owner, ids, at]) AS lists
