// IS1, a person's profile.
WITH toString($personId) AS id
MATCH (person:User {externalId: id, source: 'ldbc-snb'})-[:LIVES_IN]->(city)
RETURN person.firstName AS firstName,
       person.lastName AS lastName,
       person.birthday AS birthday,
       person.locationIP AS locationIP,
       person.browserUsed AS browserUsed,
       toInteger(city.externalId) AS cityId,
       person.gender AS gender,
       person.createdAt AS creationDate
