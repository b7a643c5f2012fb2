SET {{node}}.{{property}} = coalesce({{node}}.{{property}}, []) + [${{p}}]
