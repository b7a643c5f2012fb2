MATCH (sequence:_Sequence {name: $name})
SET sequence.next = $next
RETURN sequence.next AS next
