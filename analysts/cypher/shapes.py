"""What a value may hold, as far as that is known before the statement runs.

    plain     nothing of anybody
    person    what tells who somebody is, unchanged; `names` are the properties it may come from
    node, edge, path
    list, map what is inside
    any       any of these at once

It is an upper bound: what is called plain holds nothing but plain values, whatever the graph says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analysts.cypher.fields import KINDS


@dataclass(frozen=True, slots=True)
class Shape:
    what: str
    kinds: frozenset[str] = frozenset()  # of a node
    names: frozenset[str] = frozenset()  # of what tells who somebody is, anywhere inside
    inner: Shape | None = None  # of a list
    fields: tuple[tuple[str, Shape], ...] = ()  # of a map

    def field(self, name: str) -> Shape:
        return dict(self.fields).get(name, NOTHING)


PLAIN = Shape("plain")
NOTHING = Shape("nothing")  # null: joins with anything
EDGE = Shape("edge")
PATH = Shape("path")
# As deep as shapes are followed: beyond it only what may be inside is known.
DEEPEST = 6


def node(kinds: frozenset[str] | tuple[str, ...] = KINDS) -> Shape:
    return Shape("node", kinds=frozenset(kinds))


def person(name: str) -> Shape:
    return Shape("person", names=frozenset((name,)))


def many(inner: Shape) -> Shape:
    """A list of these."""
    if depth(inner) >= DEEPEST:
        return anything(inner.names)
    return Shape("list", inner=inner, names=inner.names)


def mapping(fields: dict[str, Shape]) -> Shape:
    names = frozenset[str]().union(*(one.names for one in fields.values()))
    if any(depth(one) >= DEEPEST for one in fields.values()):
        return anything(names)
    return Shape("map", fields=tuple(sorted(fields.items())), names=names)


def anything(names: frozenset[str]) -> Shape:
    return Shape("any", names=names)


def depth(shape: Shape) -> int:
    inner = [one for _, one in shape.fields] + ([shape.inner] if shape.inner else [])
    return 1 + max((depth(one) for one in inner), default=0)


def join(one: Shape, other: Shape) -> Shape:
    """Either of them."""
    if one == other or other is NOTHING:
        return one
    if one is NOTHING:
        return other
    names = one.names | other.names
    if {one.what, other.what} <= {"plain", "person"}:
        return Shape("person", names=names)
    if one.what == other.what == "node":
        return node(one.kinds | other.kinds)
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
