"""Writing: each operation of the port applied to the state, inside a transaction of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph.changes import Append, Count, Create, Emit, Link, Name, Op, Ops, Put, Relink, Unlink
from graph.declaring import Edge
from graph.errors import Conflict
from graph.model import EDGE, NODE, counters
from graph.records import Props
from graph.store import Removed
from graph.stores.memory.state import State, unique_properties

KEPT_OF_THE_GONE = {
    "User": ("createdAt", "gone"),
    "Post": ("createdAt", "gone", "author", "createKey"),
}


def apply(state: State, ops: Ops) -> None:
    for op in ops:
        _apply(state, op)


def _apply(state: State, op: Op) -> None:
    match op:
        case Link(edge, a, b, props):
            add_edge(state, edge, a, b, props)
        case Unlink(edge, a, b, ended):
            _unlink(state, EDGE[edge], a, b, ended)
        case Relink(edge, a, b, props):
            rows = state.edges.get((edge, a, b), ())
            state.put_edges(edge, a, b, tuple(_merged(row, props) for row in rows))
        case Count(kind, id, counter, delta):
            move(state, kind, id, counter, delta)
        case Put(kind, id, props):
            if (kind, id) in state.nodes:
                state.put_node(kind, id, _merged(state.nodes[kind, id], props))
        case Append(kind, id, name, value):
            if (kind, id) in state.nodes:
                props = state.nodes[kind, id]
                state.put_node(kind, id, {**props, name: [*props.get(name, ()), value]})
        case Create(kind, id, props):
            _create(state, kind, id, props)
        case Name(edge, a, names):
            _name(state, EDGE[edge], a, dict(names))
        case Emit(event):
            state.put_event(event)


def _merged(old: Props, new: Props) -> dict[str, Any]:
    return {k: v for k, v in {**old, **new}.items() if v is not None}


def add_edge(state: State, edge: str, a: int, b: int, props: Props) -> None:
    """One more edge, if both ends are there."""
    if (EDGE[edge].source, a) in state.nodes and (EDGE[edge].target, b) in state.nodes:
        state.put_edges(edge, a, b, (*state.edges.get((edge, a, b), ()), _merged({}, props)))


def drop_edge(state: State, edge: Edge, a: int, b: int) -> Removed:
    """One edge fewer, with its counters; the newest one where it stands more than once."""
    rows = state.edges.get((edge.name, a, b), ())
    move_counters(state, edge, a, b, rows[-1] if rows else {}, -1)
    state.put_edges(edge.name, a, b, rows[:-1])
    return Removed(edge.name, a, b, rows[-1].get(edge.time) if rows else None)


def prune(state: State, edge: Edge, before: int, limit: int) -> int:
    """Remove some edges that ended before this; how many."""
    left = limit
    for name, a, b in [ends for ends in state.edges if ends[0] == edge.name]:
        rows = sorted(state.edges[name, a, b], key=lambda row: row.get(edge.time, 0))
        old = [row for row in rows if row.get(edge.time, before) < before][:left]
        left -= len(old)
        state.put_edges(name, a, b, tuple(rows[len(old) :]))
    return limit - left


def forget(state: State, kind: str, id: int) -> None:
    """Remove all that a node says, save that something was here."""
    props = state.nodes.get((kind, id))
    if props is not None:
        kept = {name: props[name] for name in KEPT_OF_THE_GONE[kind] if name in props}
        state.put_node(kind, id, kept)
        for counter in counters(kind):
            state.put_count(kind, id, counter, 0)


def _unlink(state: State, edge: Edge, a: int, b: int, ended: int | None) -> None:
    rows = state.edges.get((edge.name, a, b), ())
    state.put_edges(edge.name, a, b, ())
    if rows and ended is not None and edge.history:
        since = rows[0].get(edge.time)
        add_edge(state, edge.history, a, b, {edge.time: since, EDGE[edge.history].time: ended})


def move(state: State, kind: str, id: int, counter: str, delta: int) -> None:
    if (kind, id) in state.nodes:
        state.put_count(kind, id, counter, state.counters.get((kind, id, counter), 0) + delta)


def move_counters(state: State, edge: Edge, a: int, b: int, props: Props, delta: int) -> None:
    """What the registry counts of one edge that has come or is about to go."""
    if edge.out and (counter := edge.out.counts(props)):
        move(state, edge.source, a, counter, delta)
    if edge.into and (counter := edge.into.counts(props)):
        move(state, edge.target, b, counter, delta)
    if edge.mutual and edge.mutual.counter and state.edges.get((edge.name, b, a)):
        move(state, edge.source, a, edge.mutual.counter, delta)
        move(state, edge.target, b, edge.mutual.counter, delta)


def load(state: State, kind: str, rows: Sequence[Props]) -> None:
    with state.transaction():
        for row in rows:
            props = {name: value for name, value in row.items() if name != "id"}
            old = state.nodes.get((kind, row["id"]), {})
            state.put_node(kind, row["id"], {**old, **props})


def _create(state: State, kind: str, id: int, props: Props) -> None:
    if (kind, id) in state.nodes:
        raise Conflict("id is taken", field="id")
    state.put_node(kind, id, props)


def _name(state: State, edge: Edge, a: int, names: dict[str, int]) -> None:
    """Lead from `a` to exactly these names; edges that stay keep their properties."""
    key = unique_properties(NODE[edge.target].name)[0]
    wanted = {_named(state, edge.target, key, name, new) for name, new in names.items()}
    standing = set(state.targets.get((edge.name, a), ()))
    for b in standing - wanted:
        state.put_edges(edge.name, a, b, ())
    for b in wanted - standing:
        add_edge(state, edge.name, a, b, {})


def _named(state: State, kind: str, key: str, name: str, new: int) -> int:
    found = state.taken.get((kind, key, name))
    if found is not None:
        return found
    _create(state, kind, new, {key: name})
    return new
