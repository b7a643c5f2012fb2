SET {{node}}.{{property}} = coalesce({{node}}.{{property}}, 0) + ${{p}}
