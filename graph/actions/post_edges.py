"""An edge of a post that comes or goes, with what the registry counts of it. Pure."""

from __future__ import annotations

from graph.actions.edges import counts, present
from graph.changes import Link, Ops, Unlink
from graph.model import EDGE
from graph.records import NO_PROPS, Props


def linked(edge: str, a: int, b: int, at: int, **props: object) -> Ops:
    stamped: Props = present({EDGE[edge].time: at, **props})
    moved = counts(EDGE[edge], a, b, +1, mutual=False, props=stamped)
    return (Link(edge, a, b, stamped), *moved)


def unlinked(edge: str, a: int, b: int, props: Props = NO_PROPS) -> Ops:
    """`props` are those of the edge, where a counter depends on them."""
    moved = counts(EDGE[edge], a, b, -1, mutual=False, props=props)
    return (Unlink(edge, a, b), *moved)
