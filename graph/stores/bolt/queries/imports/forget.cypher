MATCH (batch:_Batch)
WHERE batch.number = $number
DELETE batch
