UNWIND $rows AS row
MATCH (n:{{label}})
WHERE n.{{property}} = row[1] AND n.id <> row[0]
RETURN n.id AS id LIMIT 1
