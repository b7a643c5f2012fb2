// IC2, recent messages by friends, written before a day.
WITH toString($personId) AS id
MATCH (:User {externalId: id, source: 'ldbc-snb'})-[:FOLLOWS]->(friend)-[:POSTED]->(message)
WHERE message.createdAt < $maxDate
WITH friend, message
ORDER BY message.createdAt DESC, toInteger(message.externalId)
LIMIT $limit
RETURN toInteger(friend.externalId) AS personId,
       friend.firstName AS personFirstName,
       friend.lastName AS personLastName,
       toInteger(message.externalId) AS messageId,
       message.createdAt AS messageCreationDate
ORDER BY messageCreationDate DESC, messageId
