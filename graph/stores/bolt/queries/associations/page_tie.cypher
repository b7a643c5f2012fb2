MATCH ()-[edge:{{edge}}]->()
USING INDEX SEEK edge:{{edge}}(_to, {{time}}, _from)
WHERE edge._to = $owner AND edge.{{time}} = $tie AND edge._from > $low AND edge._from < $high
WITH edge
ORDER BY edge._to {{order}}, edge.{{time}} {{order}}, edge._from {{order}}
LIMIT $limit
RETURN collect([edge.{{time}}, edge._from]) AS entries
