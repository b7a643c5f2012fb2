// IS NOT NULL and all three in ORDER BY: only so the index is used, and gives the order. The hint keeps
// a plan that was made while the graph was small from reading everything when it has grown.
MATCH ()-[edge:{{edge}}]->()
USING INDEX SEEK edge:{{edge}}({{mine}}, {{time}}, {{other}})
WHERE edge.{{mine}} = $owner AND edge.{{time}} > $low AND edge.{{time}} < $high AND edge.{{other}} IS NOT NULL
WITH edge
ORDER BY edge.{{mine}} {{order}}, edge.{{time}} {{order}}, edge.{{other}} {{order}}
LIMIT $limit
RETURN collect([edge.{{time}}, edge.{{other}}]) AS entries
