CALL ({{a}}) {
  MATCH ({{a}})-[r:{{edge}}]->(t:{{label}})
  WHERE NOT t.{{key}} IN ${{p}}.keys
  DELETE r
}
WITH *
CALL ({{a}}) {
  UNWIND ${{p}}.rows AS row
  MERGE (t:{{label}} { {{key}}: row[0]})
  ON CREATE SET t.id = row[1]
  MERGE ({{a}})-[:{{edge}}]->(t)
}
