"""What a property tells, by kind of node, from the registry."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from graph.model import EDGE, EDGES, NODE
from graph.nodes import NODES

KINDS = tuple(node.name for node in NODES)
# Nodes that are marked as gone before they are erased.
MARKED = tuple(node.name for node in NODES if any(prop.name == "gone" for prop in node.properties))


class Tells(StrEnum):
    NOTHING = "nothing"  # of anybody in particular
    PERSON = "person"  # who it is
    TEXT = "text"  # what somebody wrote
    DAY = "day"  # a time that, to the millisecond, is as good as a name
    HIDDEN = "hidden"  # ours alone
    UNKNOWN = "unknown"  # no such property


@cache
def tells(kind: str, name: str) -> Tells:
    if name == "id":
        return Tells(NODE[kind].tells)
    for prop in NODE[kind].properties:
        if prop.name == name:
            return Tells(prop.tells or NODE[kind].tells) if prop.public else Tells.HIDDEN
    return Tells.UNKNOWN


def tells_of(kinds: Iterable[str], name: str) -> frozenset[Tells]:
    found = {tells(kind, name) for kind in kinds}
    return frozenset(found - {Tells.UNKNOWN} or found)


# Properties that are lists.
LISTS = frozenset(
    prop.name for node in NODES for prop in node.properties if prop.type.endswith("s")
)
TYPES = tuple(edge.name for edge in EDGES)


def edge_tells(types: Iterable[str], name: str) -> frozenset[Tells]:
    """What an edge's property tells; `types`: those that it may be of."""
    found = {
        Tells(prop.tells or "nothing") if prop.public else Tells.HIDDEN
        for type in types
        for prop in EDGE[type].properties
        if prop.name == name
    }
    return frozenset(found or {Tells.UNKNOWN})
