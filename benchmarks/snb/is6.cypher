// IS6, the forum that a message's conversation stands in, and who moderates it.
WITH toString($messageId) AS id
MATCH (message:Post {externalId: id, source: 'ldbc-snb'})-[:REPLIES_TO*0..]->(post)
MATCH (post)-[:IN]->(forum)<-[:MODERATES]-(moderator)
RETURN toInteger(forum.externalId) AS forumId,
       forum.name AS forumTitle,
       toInteger(moderator.externalId) AS moderatorId,
       moderator.firstName AS moderatorFirstName,
       moderator.lastName AS moderatorLastName
