{{node}}.{{property}} = coalesce({{node}}.{{property}}, 0) + ${{deltas}}[{{by}}][at]
