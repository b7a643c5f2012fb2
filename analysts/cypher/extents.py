"""How large a value can be, as far as that is known before the statement runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

ENDLESS = 1 << 62

UNKNOWN = 100_000  # a list that was collected
WAY = 30  # nodes of a path: longer ones are found where a store can stop
FEW = 100  # labels, keys, a list that is a property
LETTERS = 10_000  # of a text, where it is taken apart


class Extent(NamedTuple):
    """At most so many parts; each of them has at most so many; a number is at most so large.

    `made` is how many of the parts a statement makes by itself: they are not the graph's.
    `sized` is a number that tells how many there are of something in the graph.
    `fields` is what a map has under its names, or the maps in a list.
    """

    length: int
    inner: int = 1
    value: int = ENDLESS
    made: int = 0
    sized: bool = False
    fields: Mapping[str, Any] | None = None  # of extents

    @property
    def one(self) -> Extent:
        """The largest part of it: what is deeper inside can't be more."""
        made = min(self.made, self.inner) if self.inner > 1 else 0
        return Extent(self.inner, self.inner, self.value, made, fields=self.fields)

    @property
    def each(self) -> Extent:
        """Any part of it, where all of them have their turn: together they are not made of more."""
        made = 0
        if self.inner > 1 and self.made * 2 > self.length:  # a row's own number is no part
            made = max(1, self.made // self.length)
        return Extent(self.inner, self.inner, self.value, made, fields=self.fields)

    def under(self, name: str) -> Extent:
        """What it has by this name. What is not known to be a map is the graph's, or was made."""
        if self.fields is not None:
            found: Extent = self.fields.get(name, THING)
            return found
        return larger(self.one._replace(value=ENDLESS), THING) if self.made else THING

    def at(self, key: Any) -> Extent:
        """`key` is None where nobody knows it: then it may be any name, or any place."""
        if isinstance(key, str):
            return self.under(key)
        if key is None and self.fields:
            return largest([self.one, *self.fields.values()])
        return self.one


ONE = Extent(1)
THING = Extent(FEW, FEW)  # of the graph: a node, an edge, a property


def larger(one: Extent, other: Extent) -> Extent:
    """Whichever it is, it is no larger."""
    return Extent(
        max(one.length, other.length),
        max(one.inner, other.inner),
        max(one.value, other.value),
        max(one.made, other.made),
        one.sized or other.sized,
        merged([one, other]),
    )


def largest(inside: Iterable[Extent]) -> Extent:
    parts = list(inside)
    return reduce(larger, parts) if parts else ONE


def merged(inside: Iterable[Extent]) -> Mapping[str, Extent] | None:
    found: dict[str, Extent] = {}
    maps = [one.fields for one in inside if one.fields is not None]
    for fields in maps:
        for name, one in fields.items():
            found[name] = larger(one, found[name]) if name in found else one
    return found if maps else None


def together(inside: Sequence[Extent]) -> Extent:
    """A list of these."""
    length = 1 + sum(one.length for one in inside)
    inner = max((max(one.length, one.inner) for one in inside), default=1)
    value = max((one.value for one in inside), default=0)
    made = len(inside) + sum(one.made for one in inside)
    return Extent(length, inner, value, made, fields=merged(inside))


def mapped(fields: Mapping[str, Extent]) -> Extent:
    return together(list(fields.values()))._replace(fields=fields)


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
            return mapped({name: extent_of(one) for name, one in value.items()})
    return ONE
