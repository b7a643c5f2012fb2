MATCH (view:_View)
WHERE view.day < $before
WITH view LIMIT $limit
DELETE view
RETURN count(*) AS pruned
