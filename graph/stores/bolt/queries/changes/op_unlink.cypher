CALL ({{a}}, {{b}}) { MATCH ({{a}})-[r:{{edge}}]->({{b}}) DELETE r }
