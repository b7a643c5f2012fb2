MATCH (sequence:_Sequence {name: $name})
RETURN sequence.next AS next
