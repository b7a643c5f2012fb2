// The hint keeps a plan that was made while there was little from reading all there is.
MATCH ()-[edge:{{edge}}]->()
USING INDEX SEEK edge:{{edge}}({{time}})
WHERE edge.{{time}} < $before
WITH edge LIMIT $limit
DELETE edge
RETURN count(*) AS pruned
