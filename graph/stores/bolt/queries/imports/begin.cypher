MERGE (batch:_Batch {name: $name})
ON CREATE SET batch.number = $number, batch.state = '{}'
RETURN [batch.name, batch.number, batch.state, batch.whole] AS found
