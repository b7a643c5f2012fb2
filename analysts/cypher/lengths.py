"""How long what a function answers with may be, from how long what it is given may be."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysts.cypher.extents import ENDLESS, FEW, LETTERS, ONE, UNKNOWN, WAY, Extent

_LENGTHS = {
    "collect": UNKNOWN,
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
_SIZES = ("size", "length", "char_length", "character_length")


def answered(name: str, inside: Sequence[Extent]) -> Extent:
    """`range()` apart: there the numbers count."""
    first = inside[0] if inside else ONE
    if name in _LENGTHS:
        return Extent(_LENGTHS[name], first.length if name == "collect" else FEW)
    if name in _SIZES:
        return Extent(1, 1, max((one.length for one in inside), default=1), sized=not first.made)
    if name == "split":
        longest = max(first.length, LETTERS)
        return Extent(longest, longest, made=first.made)
    if name == "replace" and len(inside) == 3:
        longest = min(ENDLESS, first.length * max(inside[2].length, 1))
        return Extent(longest, longest, made=longest if first.made else 0)
    if name in _PICKING:
        return max(inside, default=ONE).one
    if name in _KEEPING:
        return max(inside, default=ONE)
    return ONE
