MATCH ({{node}}:{{label}} {id: ${{node}}})
