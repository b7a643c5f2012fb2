"""How long what a function or an operator answers with may be, from how long what it is given
may be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from analysts.cypher.extents import (
    ENDLESS,
    FEW,
    LETTERS,
    ONE,
    UNKNOWN,
    WAY,
    Extent,
    largest,
    merged,
)
from analysts.cypher.given import number
from analysts.cypher.language.parser import Parsed
from analysts.cypher.language.tree import Call, Slice

LONGEST_RANGE = 1_000_000

_LENGTHS = {
    "nodes": WAY,
    "relationships": WAY,
    "labels": FEW,
    "keys": FEW,
    "properties": FEW,
}
# What they answer with is as long as what they are given, and no longer.
_KEEPING = frozenset(
    re.findall(
        r"\w+",
        """coalesce tail reverse left right substring trim ltrim rtrim btrim tolower toupper lower
        upper normalize nullif tostringlist tointegerlist tofloatlist tobooleanlist""",
    )
)
_PICKING = ("head", "last", "min", "max")
JOINING = ("+", "||")
_SIZES = ("size", "length", "char_length", "character_length")


def answered(name: str, inside: Sequence[Extent]) -> Extent:
    """`range()` apart, as `ranged` has it: there the numbers count."""
    first = inside[0] if inside else ONE
    if name == "collect":
        return Extent(UNKNOWN, first.length, fields=first.fields)
    if name in _LENGTHS:
        return Extent(_LENGTHS[name], FEW)
    if name in _SIZES:
        return Extent(1, 1, max((one.length for one in inside), default=1), sized=not first.made)
    if name == "split":
        longest = max(first.length, LETTERS)
        return Extent(longest, longest, made=first.made)
    if name == "replace" and len(inside) == 3:
        longest = min(ENDLESS, first.length * max(inside[2].length, 1))
        return Extent(longest, longest, made=longest if first.made else 0)
    if name in _PICKING:
        return largest(inside).one
    if name in _KEEPING:
        return largest(inside)
    return ONE


def calculated(operator: str, inside: Sequence[Extent]) -> Extent:
    sized = any(one.sized for one in inside)
    if operator in JOINING:
        length = sum(one.length for one in inside)
        inner = max(one.inner for one in inside)
        total = min(ENDLESS, sum(one.value for one in inside))
        made = sum(one.made for one in inside)
        return Extent(length, inner, total, made, sized, merged(inside))
    if operator == "-" and len(inside) == 2:
        return Extent(1, 1, inside[0].value, sized=sized)
    if operator == "*":
        return Extent(1, 1, min(ENDLESS, inside[0].value * inside[1].value))
    return ONE


def ranged(
    parsed: Parsed, value: Call, inside: Sequence[Extent], params: Mapping[str, Any]
) -> Extent:
    low, high = (one.value for one in inside[:2]) if len(inside) > 1 else (0, ENDLESS)
    longest = low + high + 1
    ends = [number(one, params) for one in value.arguments]
    if None not in ends and len(ends) in (2, 3) and (ends[2:] or [1])[0]:
        step = (ends[2:] or [1])[0] or 1
        longest = max(0, ((ends[1] or 0) - (ends[0] or 0)) // step + 1)
    if longest > LONGEST_RANGE:
        raise parsed.refuse(
            f"range() may have {LONGEST_RANGE:,} elements, and its ends have to be numbers, "
            "parameters or sizes",
            value,
        )
    # As many as something of the graph has are as many as that.
    made = 0 if any(one.sized for one in inside) else longest
    return Extent(longest, 1, low + high, made)


def sliced(value: Slice, whole: Extent, params: Mapping[str, Any]) -> Extent:
    low, high = (0 if end is None else number(end, params) for end in (value.low, value.high))
    if value.high is None or low is None or high is None or min(low, high) < 0:
        return whole
    length = min(whole.length, max(0, high - low))
    return whole._replace(length=length, made=min(whole.made, length * max(1, whole.inner)))
