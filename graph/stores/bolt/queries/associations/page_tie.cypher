MATCH ()-[edge:{{edge}}]->()
USING INDEX SEEK edge:{{edge}}({{mine}}, {{time}}, {{other}})
WHERE edge.{{mine}} = $owner AND edge.{{time}} = $tie AND edge.{{other}} > $low AND edge.{{other}} < $high
WITH edge
ORDER BY edge.{{mine}} {{order}}, edge.{{time}} {{order}}, edge.{{other}} {{order}}
LIMIT $limit
RETURN collect([edge.{{time}}, edge.{{other}}]) AS entries
