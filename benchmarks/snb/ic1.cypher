// IC1, friends with a certain name: up to three steps away, with where they studied and worked.
WITH toString($personId) AS id
MATCH (person:User {externalId: id, source: 'ldbc-snb'})
MATCH (friend:User {firstName: $firstName})
WHERE friend.id <> person.id
MATCH path = shortestPath((person)-[:FOLLOWS*1..3]->(friend))
WITH friend, length(path) AS distance
ORDER BY distance, friend.lastName, toInteger(friend.externalId)
LIMIT $limit
MATCH (friend)-[:LIVES_IN]->(city)
RETURN toInteger(friend.externalId) AS friendId,
       friend.lastName AS friendLastName,
       distance AS distanceFromPerson,
       friend.birthday AS friendBirthday,
       friend.createdAt AS friendCreationDate,
       friend.gender AS friendGender,
       friend.browserUsed AS friendBrowserUsed,
       friend.locationIP AS friendLocationIp,
       friend.emails AS friendEmails,
       friend.speaks AS friendLanguages,
       city.name AS friendCityName,
       COLLECT {
         MATCH (friend)-[at:STUDIED_AT]->(school)-[:BASED_IN]->(place)
         RETURN {organizationName: school.name, year: at.classYear, placeName: place.name}
         ORDER BY school.name, at.classYear, place.name
       } AS friendUniversities,
       COLLECT {
         MATCH (friend)-[at:WORKS_AT]->(company)-[:BASED_IN]->(place)
         RETURN {organizationName: company.name, year: at.workFrom, placeName: place.name}
         ORDER BY company.name, at.workFrom, place.name
       } AS friendCompanies
ORDER BY distanceFromPerson, friendLastName, friendId
