// IS NOT NULL and all three in ORDER BY: only so the index is used, and gives the order. The hint keeps
// a plan that was made while the graph was small from reading everything when it has grown.
MATCH ()-[edge:{{edge}}]->()
USING INDEX SEEK edge:{{edge}}(_to, {{time}}, _from)
WHERE edge._to = $owner AND edge.{{time}} > $low AND edge.{{time}} < $high AND edge._from IS NOT NULL
WITH edge
ORDER BY edge._to {{order}}, edge.{{time}} {{order}}, edge._from {{order}}
LIMIT $limit
RETURN collect([edge.{{time}}, edge._from]) AS entries
