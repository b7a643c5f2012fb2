SET {{node}}.{{huge}} = [x IN coalesce({{node}}.{{huge}}, []) WHERE x <> '{{counter}}'] + ['{{counter}}']
