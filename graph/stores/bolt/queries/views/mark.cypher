UNWIND $rows AS row
CREATE (view:_View)
SET view.key = row[1], view.day = $day
RETURN count(view) AS marked
