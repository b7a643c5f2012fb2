"""Which kinds of node a pattern can bind: from its labels, from its edges, or any public one."""

from __future__ import annotations

from collections.abc import Sequence

from analysts.cypher.fields import KINDS, TYPES
from analysts.cypher.language.tree import EdgePattern, NodePattern, Piece
from graph.model import EDGE


def kinds_of(pieces: Sequence[Piece], at: int) -> frozenset[str]:
    """Of the node there, as far as its own labels and the edges beside it tell."""
    found = set(KINDS)
    node = pieces[at]
    if isinstance(node, NodePattern) and node.labels and node.labels.choice:
        found &= set(node.labels.names)
    for edge, on_left in _beside(pieces, at):
        found &= _ends(edge, on_left)
    return frozenset(found or KINDS)  # none would tell nothing, and let everything through


def _beside(pieces: Sequence[Piece], at: int) -> list[tuple[EdgePattern, bool]]:
    """The edges next to a node, and whether it stands on their left."""
    found: list[tuple[EdgePattern, bool]] = []
    if at + 1 < len(pieces) and isinstance(right := pieces[at + 1], EdgePattern):
        found.append((right, True))
    if at and isinstance(left := pieces[at - 1], EdgePattern):
        found.append((left, False))
    return found


def _ends(edge: EdgePattern, on_left: bool) -> set[str]:
    """What stands at that end of an edge of these types; anything, if they are not plain."""
    types = edge.types
    known = types is not None and types.choice and set(types.names) <= EDGE.keys()
    if types is None or not known or edge.longest is None or edge.longest > 1 or edge.repeats:
        # (A way of no hops has one node at both ends.)
        return set(KINDS)
    sources = {EDGE[name].source for name in types.names}
    targets = {EDGE[name].target for name in types.names}
    if edge.direction == "both":
        return sources | targets
    return sources if on_left == (edge.direction == "out") else targets


def types_of(edge: EdgePattern) -> frozenset[str]:
    """Which types of edge a pattern can bind."""
    if edge.types is not None and edge.types.choice:
        return frozenset(edge.types.names) & frozenset(TYPES) or frozenset(TYPES)
    return frozenset(TYPES)
