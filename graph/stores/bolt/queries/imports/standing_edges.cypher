UNWIND $rows AS row
{{finding}}
RETURN collect([row[2], [{{given}}]]) AS standing
