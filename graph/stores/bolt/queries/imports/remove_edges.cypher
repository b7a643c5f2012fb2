// All are found before the first one goes: the embedded server walks the list it deletes from.
UNWIND $rows AS row
{{finding}}{{only}}
WITH row, a, b, edge{{back}}
WITH collect({row: row, edge: edge, back: back}) AS found
UNWIND found AS one
WITH one.row AS row, one.edge AS edge, one.back AS back
DELETE edge
RETURN collect(row[2]) AS made, {{backs}} AS backs
