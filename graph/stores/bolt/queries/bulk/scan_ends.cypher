// One list a source, made by a comprehension: a third of the time of rows that are collected.
MATCH (n:{{label}})
WHERE n.id > $after AND n.id <= $last
RETURN collect([n.id, [(n)-[edge:{{edge}}]->(other) | {{other}}]]) AS edges
