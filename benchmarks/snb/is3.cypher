// IS3, a person's friends, and since when.
WITH toString($personId) AS id
MATCH (:User {externalId: id, source: 'ldbc-snb'})-[knows:FOLLOWS]->(friend)
RETURN toInteger(friend.externalId) AS personId,
       friend.firstName AS firstName,
       friend.lastName AS lastName,
       knows.since AS friendshipCreationDate
ORDER BY friendshipCreationDate DESC, personId
