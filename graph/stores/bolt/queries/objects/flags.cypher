// People grouped by what their flag byte is made of: a row a combination, not a row a person.
MATCH (n:User)
WHERE n.id >= $first AND n.id < $end
RETURN n.privacy AS privacy, n.gone AS gone, n.hideNetwork AS hideNetwork,
  n.discoverable AS discoverable, n.allowSuggestions AS allowSuggestions,
  n.celebrity AS celebrity, collect(n.id) AS ids
