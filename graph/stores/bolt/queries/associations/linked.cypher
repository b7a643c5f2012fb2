UNWIND $sources AS source
MATCH (a:{{source}} {id: source})-[:{{edge}}]->(:{{target}} {id: $target})
RETURN collect(source) AS found
