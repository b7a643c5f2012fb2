// IS5, who wrote a message.
WITH toString($messageId) AS id
MATCH (:Post {externalId: id, source: 'ldbc-snb'})<-[:POSTED]-(author)
RETURN toInteger(author.externalId) AS personId,
       author.firstName AS firstName,
       author.lastName AS lastName
