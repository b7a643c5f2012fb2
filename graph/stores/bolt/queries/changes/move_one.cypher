n.{{property}} = coalesce(n.{{property}}, 0) + row[{{at}}]
