CALL () { MATCH (n:{{source}}) RETURN count(n) AS sources }
CALL () { MATCH (n:{{target}}) RETURN count(n) AS targets }
CALL () { MATCH ()-[edge:{{edge}}]->() RETURN count(edge) AS edges }
RETURN [sources, targets, edges] AS totals
