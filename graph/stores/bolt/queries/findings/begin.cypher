// Whoever began last may stage; who began before may not any more.
MERGE (result:_Result {key: $key})
SET result.last = coalesce(result.last, 0) + 1
SET result.staging = result.last
RETURN result.last AS version
