// IC7, recent likers: everybody's latest like of a person's messages, and who is no friend.
WITH toString($personId) AS id
MATCH (person:User {externalId: id, source: 'ldbc-snb'})
OPTIONAL MATCH (person)-[:FOLLOWS]->(friend)
WITH person, collect(friend.id) AS friends
MATCH (person)-[:POSTED]->(message)<-[like:LIKED]-(liker)
WITH friends, liker, message, like.at AS at
ORDER BY at DESC, toInteger(message.externalId)
WITH friends, liker, collect(message) AS messages, collect(at) AS times
WITH friends, liker, messages[0] AS message, times[0] AS at
ORDER BY at DESC, toInteger(liker.externalId)
LIMIT $limit
RETURN toInteger(liker.externalId) AS personId,
       liker.firstName AS personFirstName,
       liker.lastName AS personLastName,
       at AS likeCreationDate,
       toInteger(message.externalId) AS messageId,
       (at - message.createdAt) / 60000 AS minutesLatency,
       NOT liker.id IN friends AS isNew
ORDER BY likeCreationDate DESC, personId
