MATCH (sequence:_Sequence {name: $name})
SET sequence.next = sequence.next + $count
RETURN sequence.next - $count AS first
