OPTIONAL MATCH (event:_Event)
WITH count(event) AS waiting, min(event.at) AS oldest
OPTIONAL MATCH (dead:_DeadEvent)
WITH waiting, oldest, count(dead) AS dead
RETURN [waiting, oldest, dead] AS backlog
