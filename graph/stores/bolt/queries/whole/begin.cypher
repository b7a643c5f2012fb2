MERGE (batch:_Batch {name: $name})
ON CREATE SET batch.number = $number, batch.state = '{}', batch.whole = true
RETURN [batch.name, batch.number, batch.state, batch.whole] AS found
