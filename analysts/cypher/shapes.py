"""What a value may hold, as far as that is known before the statement runs.

    plain     nothing of anybody
    person    what tells who somebody is, unchanged; `names` are the properties it may come from
    node, edge, path
    list, map what is inside
    any       any of these at once

`mixed` is what tells who somebody is together with anything else. Nobody may have it: where it is
masked, a guess beside a name would get that name's pseudonym, and tell whose it is.

It is an upper bound: what is called plain holds nothing but plain values, whatever the graph says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analysts.cypher.fields import KINDS, TYPES


@dataclass(frozen=True, slots=True)
class Shape:
    what: str
    kinds: frozenset[str] = frozenset()  # of a node, or types of an edge
    names: frozenset[str] = frozenset()  # of what tells who somebody is, anywhere inside
    inner: Shape | None = None  # of a list
    fields: tuple[tuple[str, Shape], ...] = ()  # of a map
    mixed: bool = False
    depth: int = 1
    size: int = 1  # shapes in it

    def field(self, name: str) -> Shape:
        return dict(self.fields).get(name, NOTHING)


PLAIN = Shape("plain")
NOTHING = Shape("nothing")  # null: joins with anything
EDGE = Shape("edge", kinds=frozenset(TYPES))
PATH = Shape("path")
# As deep, and as far, as shapes are followed: beyond it only what may be inside is known.
DEEPEST = 6
LARGEST = 2_000


def node(kinds: frozenset[str] | tuple[str, ...] = KINDS) -> Shape:
    return Shape("node", kinds=frozenset(kinds))


def edge(types: frozenset[str]) -> Shape:
    return Shape("edge", kinds=types)


def person(name: str) -> Shape:
    return Shape("person", names=frozenset((name,)))


def many(inner: Shape) -> Shape:
    """A list of these."""
    if inner.depth >= DEEPEST:
        return anything(inner.names)
    return Shape(
        "list",
        inner=inner,
        names=inner.names,
        mixed=inner.mixed,
        depth=inner.depth + 1,
        size=inner.size + 1,
    )


def mapping(fields: dict[str, Shape]) -> Shape:
    names = frozenset[str]().union(*(one.names for one in fields.values()))
    deepest = max((one.depth for one in fields.values()), default=0)
    size = 1 + sum(one.size for one in fields.values())
    if deepest >= DEEPEST or size > LARGEST:
        return anything(names)
    return Shape(
        "map",
        fields=tuple(sorted(fields.items(), key=lambda pair: pair[0])),
        names=names,
        mixed=any(one.mixed for one in fields.values()),
        depth=deepest + 1,
        size=size,
    )


def anything(names: frozenset[str]) -> Shape:
    return Shape("any", names=names, mixed=bool(names))


def join(one: Shape, other: Shape) -> Shape:
    """Either of them."""
    if one == other or other is NOTHING:
        return one
    if one is NOTHING:
        return other
    names = one.names | other.names
    if {one.what, other.what} <= {"plain", "person"}:
        return Shape("person", names=names, mixed=True)
    if one.what == other.what == "node":
        return node(one.kinds | other.kinds)
    if one.what == other.what == "edge":
        return edge(one.kinds | other.kinds)
    if one.what == other.what == "list" and one.inner and other.inner:
        return many(join(one.inner, other.inner))
    if one.what == other.what == "map":
        keys = dict(one.fields) | dict(other.fields)
        return mapping({key: join(one.field(key), other.field(key)) for key in keys})
    return anything(names)


def joined(shapes: Iterable[Shape]) -> Shape:
    found = NOTHING
    for one in shapes:
        found = join(found, one)
    return found


def is_plain(shape: Shape) -> bool:
    """Nothing of anybody, however deep one looks."""
    if shape.what == "list":
        return shape.inner is None or is_plain(shape.inner)
    if shape.what == "map":
        return all(is_plain(one) for _, one in shape.fields)
    return shape.what in ("plain", "nothing")


def element(shape: Shape) -> Shape:
    """Of a list, or of whatever may be one."""
    if shape.what == "list":
        return shape.inner or NOTHING
    if shape.what == "map":  # by a key that is not known
        found = NOTHING
        for _, one in shape.fields:
            found = join(found, one)
        return found
    return shape
