"""The operations of one change of a pair, with the counters and the event that belong to them.

The one place where an edge's counters are derived from the registry for a change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.actions.moment import Moment
from graph.adjacency.touched import touched
from graph.changes import Count, Emit, Event, Link, Op, Ops, Relink, Unlink
from graph.declaring import Edge, Side
from graph.events.kinds import Kind
from graph.model import EDGE
from graph.records import NO_PROPS, Pair, Props

Ends = tuple[str, int, int]  # edge, source, target


class Draft:
    """Operations in the making, and the edges that stand once they are done."""

    def __init__(self, pair: Pair, a: int, b: int, moment: Moment) -> None:
        self._a, self._b, self._moment = a, b, moment
        self._standing = standing(pair, a, b)
        self._found = dict(self._standing)
        self._ops: list[Op] = []

    def has(self, edge: str, a: int, b: int) -> bool:
        return (edge, a, b) in self._standing

    def link(self, edge: str, a: int, b: int, props: Props) -> None:
        stamped = {EDGE[edge].time: self._moment.now, **present(props)}
        self._ops.append(Link(edge, a, b, stamped))
        self._ops += counts(EDGE[edge], a, b, +1, mutual=self.has(edge, b, a))
        self._standing[edge, a, b] = stamped

    def unlink(self, edge: str, a: int, b: int) -> None:
        """Ends an edge that stands; one that doesn't is left alone."""
        if self._standing.pop((edge, a, b), None) is None:
            return
        ended = self._moment.now if EDGE[edge].history else None
        self._ops.append(Unlink(edge, a, b, ended))
        self._ops += counts(EDGE[edge], a, b, -1, mutual=self.has(edge, b, a))

    def relink(self, edge: str, a: int, b: int, props: Props) -> None:
        """Sets what differs; nothing where nothing does."""
        before = self._standing[edge, a, b]
        changed = {name: value for name, value in props.items() if before.get(name) != value}
        if changed:
            self._ops.append(Relink(edge, a, b, changed))
            self._standing[edge, a, b] = {**before, **changed}

    def done(self, kind: Kind, **data: Any) -> Ops:
        """The operations with their event, or nothing at all."""
        if not self._ops:
            return ()
        ops = tuple(self._ops)
        stale = touched(ops, times(self._found))
        told = {"actor": self._a, "subject": self._b, **data, "touched": stale.to_json()}
        return (*ops, Emit(Event(self._moment.event, kind.value, self._moment.now, told)))


def standing(pair: Pair, a: int, b: int) -> dict[Ends, Props]:
    """The edges of a pair by their ends."""
    out = {(edge, a, b): props for edge, props in pair.out.items()}
    return out | {(edge, b, a): props for edge, props in pair.back.items()}


def times(edges: Mapping[Ends, Props]) -> dict[Ends, int]:
    """When each edge began, by the property that orders its lists."""
    return {ends: at for ends, props in edges.items() if (at := props.get(EDGE[ends[0]].time))}


def counts(edge: Edge, a: int, b: int, delta: int, *, mutual: bool, props: Props = NO_PROPS) -> Ops:
    """What the registry counts of one edge that comes or goes."""
    both = edge.mutual if mutual else None
    return (
        *_count(edge.source, edge.out, a, b, props, delta),
        *_count(edge.target, edge.into, b, a, props, delta),
        *_count(edge.source, both, a, b, props, delta),
        *_count(edge.source, both, b, a, props, delta),
    )


def _count(kind: str, side: Side | None, owner: int, other: int, props: Props, delta: int) -> Ops:
    counter = side.counts(props) if side is not None else None
    return () if counter is None else (Count(kind, owner, counter, delta, by=other),)


def present(props: Props) -> dict[str, Any]:
    return {name: value for name, value in props.items() if value is not None}
