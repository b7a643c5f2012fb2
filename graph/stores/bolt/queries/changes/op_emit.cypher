MERGE ({{r}}:_Event {id: ${{p}}.id}) SET {{r}} = ${{p}}
