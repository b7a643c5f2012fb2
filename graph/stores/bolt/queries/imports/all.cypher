MATCH (batch:_Batch)
RETURN collect([batch.name, batch.number, batch.state, batch.whole]) AS found
