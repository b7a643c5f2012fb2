// IS2, a person's last messages, each with the post that its conversation began with.
WITH toString($personId) AS id
MATCH (:User {externalId: id, source: 'ldbc-snb'})-[:POSTED]->(message)
WITH message
ORDER BY message.createdAt DESC, toInteger(message.externalId) DESC
LIMIT 10
MATCH (message)-[:REPLIES_TO*0..]->(post)
WHERE NOT (post)-[:REPLIES_TO]->()
MATCH (post)<-[:POSTED]-(author)
RETURN toInteger(message.externalId) AS messageId,
       CASE WHEN coalesce(message.text, '') = '' THEN coalesce(message.imageFile, '')
            ELSE message.text END AS messageContent,
       message.createdAt AS messageCreationDate,
       toInteger(post.externalId) AS postId,
       toInteger(author.externalId) AS personId,
       author.firstName AS personFirstName,
       author.lastName AS personLastName
ORDER BY messageCreationDate DESC, messageId DESC
