CALL ({{a}}, {{b}}) { MATCH ({{a}})-[r:{{edge}}]->({{b}}) SET r += ${{p}} }
