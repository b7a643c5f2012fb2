// IS7, the replies to a message, and whether their authors know its author.
WITH toString($messageId) AS id
MATCH (message:Post {externalId: id, source: 'ldbc-snb'})<-[:POSTED]-(author)
OPTIONAL MATCH (author)-[:FOLLOWS]->(friend)
WITH message, collect(friend.id) AS friends
MATCH (message)<-[:REPLIES_TO]-(comment)<-[:POSTED]-(writer)
RETURN toInteger(comment.externalId) AS commentId,
       coalesce(comment.text, '') AS commentContent,
       comment.createdAt AS commentCreationDate,
       toInteger(writer.externalId) AS replyAuthorId,
       writer.firstName AS replyAuthorFirstName,
       writer.lastName AS replyAuthorLastName,
       writer.id IN friends AS replyAuthorKnowsOriginalMessageAuthor
ORDER BY commentCreationDate DESC, replyAuthorId, commentId
