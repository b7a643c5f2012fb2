COUNT { MATCH (n)-[:{{edge}}]->(other)-[:{{edge}}]->(n) RETURN DISTINCT other }
