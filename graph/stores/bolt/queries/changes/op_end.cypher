CALL ({{a}}, {{b}}) {
  MATCH ({{a}})-[r:{{edge}}]->({{b}})
  CREATE ({{a}})-[:{{history}} { {{since}}: r.{{since}}, {{ended}}: ${{p}}}]->({{b}})
  DELETE r
}
