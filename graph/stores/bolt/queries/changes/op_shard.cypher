MERGE ({{r}}:_Counter {key: ${{p}}.key})
SET {{r}}.owner = ${{p}}.owner, {{r}}.n = coalesce({{r}}.n, 0) + ${{p}}.delta
