CREATE ({{node}}:{{label}}) SET {{node}} = ${{p}}
