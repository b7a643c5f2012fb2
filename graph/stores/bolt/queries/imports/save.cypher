MATCH (batch:_Batch {name: $name})
SET batch.state = $state
RETURN batch.number AS number
