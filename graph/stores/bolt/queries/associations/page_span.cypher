// IS NOT NULL and all three in ORDER BY: only so the index is used, and gives the order.
MATCH ()-[edge:{{edge}}]->()
WHERE edge._to = $owner AND edge.{{time}} > $low AND edge.{{time}} < $high AND edge._from IS NOT NULL
WITH edge
ORDER BY edge._to {{order}}, edge.{{time}} {{order}}, edge._from {{order}}
LIMIT $limit
RETURN collect([edge.{{time}}, edge._from]) AS entries
