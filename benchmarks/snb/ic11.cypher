// IC11, friends and theirs who worked for a company of a country before a year.
WITH toString($personId) AS id
MATCH (person:User {externalId: id, source: 'ldbc-snb'})-[:FOLLOWS]->(friend)
WITH person, collect(friend) AS friends
UNWIND friends AS friend
MATCH (friend)-[:FOLLOWS]->(further)
WITH person, friends, collect(DISTINCT further) AS further
UNWIND friends + further AS other
WITH DISTINCT person, other
WHERE other.id <> person.id
MATCH (other)-[job:WORKS_AT]->(company)
WHERE job.workFrom < $workFromYear
MATCH (company)-[:BASED_IN]->(country:Place {name: $countryName, type: 'country'})
RETURN toInteger(other.externalId) AS personId,
       other.firstName AS personFirstName,
       other.lastName AS personLastName,
       company.name AS organizationName,
       job.workFrom AS organizationWorkFromYear
ORDER BY organizationWorkFromYear, personId, organizationName DESC
LIMIT $limit
