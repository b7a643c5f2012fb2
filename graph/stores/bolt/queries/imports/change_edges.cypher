UNWIND $rows AS row
{{finding}}
SET edge += row[2]
