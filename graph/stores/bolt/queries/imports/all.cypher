MATCH (batch:_Batch)
RETURN collect([batch.name, batch.number, batch.state]) AS found
