CREATE ({{a}})-[{{r}}:{{edge}}]->({{b}}) SET {{r}} = ${{p}}
