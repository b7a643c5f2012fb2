// IC8, recent replies to a person's messages.
WITH toString($personId) AS id
MATCH (:User {externalId: id, source: 'ldbc-snb'})-[:POSTED]->()<-[:REPLIES_TO]-(comment)
WITH comment
ORDER BY comment.createdAt DESC, toInteger(comment.externalId)
LIMIT $limit
MATCH (comment)<-[:POSTED]-(author)
RETURN toInteger(author.externalId) AS personId,
       author.firstName AS personFirstName,
       author.lastName AS personLastName,
       comment.createdAt AS commentCreationDate,
       toInteger(comment.externalId) AS commentId
ORDER BY commentCreationDate DESC, commentId
