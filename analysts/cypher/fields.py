"""What a property tells, by kind of node, from the registry."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from graph.model import EDGES, NODE, NODES

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


EDGE_PROPERTIES = frozenset(prop.name for edge in EDGES for prop in edge.properties if prop.public)
