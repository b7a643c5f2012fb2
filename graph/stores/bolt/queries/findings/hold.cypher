// Written, so that nobody else begins, stages or publishes meanwhile.
MATCH (result:_Result {key: $key})
SET result.holds = coalesce(result.holds, 0) + 1
RETURN [result.staging, result.version, result.about, result.before, result.aboutBefore] AS result
