MATCH ()-[edge]->()
WITH edge LIMIT $limit
DELETE edge
RETURN count(*) AS removed
