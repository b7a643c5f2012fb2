// IS5, who wrote a message.
WITH toString($messageId) AS id
MATCH (:Post {externalId: id})<-[:POSTED]-(author)
RETURN toInteger(author.externalId) AS personId,
       author.firstName AS firstName,
       author.lastName AS lastName
