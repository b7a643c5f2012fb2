MATCH (b:{{target}} {id: $targets[t]})
{{counted}}
WITH t, nodes, b{{carried}}
{{alive}}
