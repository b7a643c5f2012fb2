"""How large a value can be, as far as that is known before the statement runs."""

from __future__ import annotations

from typing import Any, NamedTuple

ENDLESS = 1 << 62

UNKNOWN = 100_000  # a list that was collected
WAY = 1_000  # nodes of a path
FEW = 100  # labels, keys, a list that is a property
LETTERS = 10_000  # of a text, where it is taken apart


class Extent(NamedTuple):
    """At most so many parts; each of them has at most so many; a number is at most so large.

    `made` is how many of the parts a statement makes by itself: they are not the graph's.
    `sized` is a number that tells how many there are of something in the graph.
    """

    length: int
    inner: int = 1
    value: int = ENDLESS
    made: int = 0
    sized: bool = False

    @property
    def one(self) -> Extent:
        """A part of it: what is deeper inside can't be more."""
        return Extent(self.inner, self.inner, self.value)


ONE = Extent(1)
SOME = Extent(UNKNOWN, UNKNOWN)


def larger(one: Extent, other: Extent) -> Extent:
    return Extent._make(max(pair) for pair in zip(one, other, strict=True))


def together(inside: list[Extent]) -> Extent:
    """A list or a map of these."""
    length = 1 + sum(one.length for one in inside)
    inner = max((max(one.length, one.inner) for one in inside), default=1)
    value = max((one.value for one in inside), default=0)
    return Extent(length, inner, value, len(inside) + sum(one.made for one in inside))


def extent_of(value: Any) -> Extent:
    match value:
        case bool() | None | float():
            return ONE
        case int():
            return Extent(1, 1, abs(value))
        case str():
            length = max(1, len(value))
            return Extent(length, length, made=length if length > FEW else 0)
        case list():
            return together([extent_of(one) for one in value])
        case dict():
            return together([extent_of(one) for one in value.values()])
    return ONE
