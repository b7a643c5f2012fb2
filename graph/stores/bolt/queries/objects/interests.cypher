MATCH (:User {id: $person})-[:INTERESTED_IN]->(tag:Tag)
RETURN collect(tag.name) AS names
