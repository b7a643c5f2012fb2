// IC9, recent messages by friends and theirs, written before a day.
WITH toString($personId) AS id
MATCH (person:User {externalId: id, source: 'ldbc-snb'})-[:FOLLOWS]->(friend)
WITH person, collect(friend) AS friends
UNWIND friends AS friend
MATCH (friend)-[:FOLLOWS]->(further)
WITH person, friends, collect(DISTINCT further) AS further
UNWIND friends + further AS other
WITH DISTINCT person, other
WHERE other.id <> person.id
CALL (other) {
  MATCH (other)-[:POSTED]->(message)
  WHERE message.createdAt < $maxDate
  RETURN message
  ORDER BY message.createdAt DESC, toInteger(message.externalId)
  LIMIT $limit
}
WITH other, message
ORDER BY message.createdAt DESC, toInteger(message.externalId)
LIMIT $limit
RETURN toInteger(other.externalId) AS personId,
       other.firstName AS personFirstName,
       other.lastName AS personLastName,
       toInteger(message.externalId) AS messageId,
       message.createdAt AS messageCreationDate
ORDER BY messageCreationDate DESC, messageId
