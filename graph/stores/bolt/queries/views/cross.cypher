UNWIND $ids AS id
MATCH (n:Post {id: id})
SET n._huge = [x IN coalesce(n._huge, []) WHERE x <> 'views'] + ['views']
RETURN count(n) AS crossed
