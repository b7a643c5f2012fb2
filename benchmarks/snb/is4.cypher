// IS4, what a message says, and since when.
WITH toString($messageId) AS id
MATCH (message:Post {externalId: id, source: 'ldbc-snb'})
RETURN message.createdAt AS messageCreationDate,
       CASE WHEN coalesce(message.text, '') = '' THEN coalesce(message.imageFile, '')
            ELSE message.text END AS messageContent
