MATCH (batch:_Batch {name: $name})
SET batch.state = $state, batch.whole = null
RETURN batch.number AS number
