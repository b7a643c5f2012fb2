MERGE (sequence:_Sequence {name: $name})
SET sequence.next = coalesce(sequence.next, $first)
RETURN sequence.next AS next
