"""The operations of one change as one statement. Pure.

Its text depends on the shape of the change only (kinds, edges, which counters); every value is a
parameter. Reads come first, then edges that go, nodes, edges that come, counters, the event: no
clause needs what a later one makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

import orjson

from graph.changes import Append, Count, Create, Emit, Event, Link, Name, Op, Put, Relink, Unlink
from graph.model import EDGE, NODE
from graph.stores.bolt.counters import HUGE, Kept, Place, kept, owner_key, shard_key
from graph.stores.bolt.keys import shortened
from graph.stores.bolt.texts import text

NodeKey = tuple[str, int]  # kind, id


@dataclass(frozen=True, slots=True)
class Statement:
    text: str
    params: dict[str, Any]


@dataclass(slots=True)
class _Draft:
    params: dict[str, Any] = field(default_factory=dict)
    variables: dict[NodeKey, str] = field(default_factory=dict)
    matches: list[str] = field(default_factory=list)
    endings: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def param(self, value: Any) -> str:
        name = f"p{len(self.params)}"
        self.params[name] = value
        return name

    def node(self, kind: str, id: int) -> str:
        if (kind, id) not in self.variables:
            variable = self.created(kind, id)
            self.params[variable] = id
            self.matches.append(text("changes/op_match", node=variable, label=kind))
        return self.variables[kind, id]

    def created(self, kind: str, id: int) -> str:
        variable = self.variables[kind, id] = f"n{len(self.variables)}"
        return variable

    def text(self) -> str:
        parts = [*self.matches, *self.endings, *self.writes]
        for name in self.names:
            parts += ["WITH *", name]
        return "\n".join([*parts, "RETURN 1 AS done"])


def mentioned(op: Op) -> tuple[NodeKey, ...]:
    """The nodes that have to be there for an operation."""
    match op:
        case Link(edge, a, b) | Unlink(edge, a, b) | Relink(edge, a, b):
            return (EDGE[edge].source, a), (EDGE[edge].target, b)
        case Count(kind, id) | Put(kind, id) | Append(kind, id):
            return ((kind, id),)
        case Name(edge, a):
            return ((EDGE[edge].source, a),)
        case Create() | Emit():
            return ()
        case _:
            assert_never(op)


def needed(ops: Iterable[Op], known: Mapping[NodeKey, Any]) -> dict[str, list[int]]:
    """Nodes, by kind, of which nothing is known yet."""
    made = {(op.kind, op.id) for op in ops if isinstance(op, Create)}
    wanted: dict[str, list[int]] = {}
    for kind, id in {key: None for op in ops for key in mentioned(op)}:
        if (kind, id) not in known and (kind, id) not in made:
            wanted.setdefault(kind, []).append(id)
    return wanted


def compose(ops: Sequence[Op], there: Mapping[NodeKey, Kept], shard_from: int) -> Statement | None:
    """None where nothing is to be written. What concerns a node that is not there is left out."""
    made = {(op.kind, op.id): Kept({}, frozenset()) for op in ops if isinstance(op, Create)}
    nodes = {**there, **made}
    draft = _Draft()
    for op in sorted(ops, key=_turn):
        if all(key in nodes for key in mentioned(op)):
            _add(draft, op, nodes, shard_from)
    if not (draft.endings or draft.writes or draft.names):
        return None
    return Statement(draft.text(), draft.params)


def _turn(op: Op) -> tuple[int, int]:
    """Nodes that are created come first; counters last, in order of id, so that two changes
    that move the same ones wait for each other instead of locking each other out."""
    match op:
        case Create():
            return 0, 0
        case Count(_, id):
            return 2, id
        case _:
            return 1, 0


def _add(draft: _Draft, op: Op, nodes: Mapping[NodeKey, Kept], shard_from: int) -> None:
    match op:
        case Create(kind, id, props):
            p = draft.param({**_given(shortened(kind, props)), "id": id})
            node = draft.created(kind, id)
            draft.writes.append(text("changes/op_create", node=node, label=kind, p=p))
        case Put(kind, id, props):
            node = draft.node(kind, id)
            draft.writes.append(
                text("changes/op_put", node=node, p=draft.param(shortened(kind, props)))
            )
        case Append(kind, id, name, value):
            node, p = draft.node(kind, id), draft.param(value)
            draft.writes.append(text("changes/op_append", node=node, property=name, p=p))
        case Link(edge, a, b, props):
            draft.writes.append(_link(draft, edge, a, b, _given(props)))
        case Relink(edge, a, b, props):
            p = draft.param(dict(props))
            draft.endings.append(text("changes/op_relink", **_ends(draft, edge, a, b), p=p))
        case Unlink(edge, a, b, ended):
            draft.endings.append(_unlink(draft, edge, a, b, ended))
        case Count():
            draft.writes += _count(draft, op, nodes[op.kind, op.id], shard_from)
        case Name(edge, a, names):
            draft.names.append(_name(draft, edge, a, names))
        case Emit(event):
            p = draft.param(event_row(event))
            draft.writes.append(text("changes/op_emit", r=f"e{p}", p=p))
        case _:
            assert_never(op)


def _given(props: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in props.items() if value is not None}


def _ends(draft: _Draft, edge: str, a: int, b: int) -> dict[str, str]:
    declared = EDGE[edge]
    source, target = draft.node(declared.source, a), draft.node(declared.target, b)
    return {"a": source, "b": target, "edge": edge}


def stored(edge: str, a: int, b: int, props: Mapping[str, Any]) -> dict[str, Any]:
    """An edge's own properties, and its ends where pages are read by an index on them."""
    ends = {"_from": a, "_to": b} if EDGE[edge].carries_ends else {}
    return {**_given(props), **ends}


def _link(draft: _Draft, edge: str, a: int, b: int, props: dict[str, Any]) -> str:
    ends = _ends(draft, edge, a, b)
    p = draft.param(stored(edge, a, b, props))
    return text("changes/op_link", **ends, r=f"r{p}", p=p)


def _unlink(draft: _Draft, edge: str, a: int, b: int, ended: int | None) -> str:
    ends, declared = _ends(draft, edge, a, b), EDGE[edge]
    if ended is None or declared.history is None:
        return text("changes/op_unlink", **ends)
    p = draft.param(ended)
    names = {"history": declared.history, "since": declared.time}
    return text("changes/op_end", **ends, **names, ended=EDGE[declared.history].time, p=p)


def _count(draft: _Draft, op: Count, has: Kept, shard_from: int) -> list[str]:
    place, found = has.place(op.counter, shard_from), []
    if place is not Place.SHARD:
        node = draft.node(op.kind, op.id)
    if place is Place.NODE:
        p = draft.param(op.delta)
        return [text("changes/op_count", node=node, property=kept(op.counter), p=p)]
    if place is Place.CROSSING:
        found.append(text("changes/op_mark", node=node, huge=HUGE, counter=op.counter))
    p = draft.param(
        {
            "key": shard_key(op.kind, op.id, op.counter, op.by),
            "owner": owner_key(op.kind, op.id, op.counter),
            "delta": op.delta,
        }
    )
    return [*found, text("changes/op_shard", r=f"c{p}", p=p)]


def _name(draft: _Draft, edge: str, a: int, names: Mapping[str, int]) -> str:
    target = NODE[EDGE[edge].target]
    key = next(prop.name for prop in target.properties if prop.unique)
    node = draft.node(EDGE[edge].source, a)
    p = draft.param({"keys": list(names), "rows": [list(row) for row in names.items()]})
    return text("changes/op_name", a=node, edge=edge, label=target.name, key=key, p=p)


def event_row(event: Event) -> dict[str, Any]:
    """JSON as a string: no store keeps nested maps, and none may touch its numbers."""
    data = orjson.dumps(event.data).decode()
    return {"id": event.id, "kind": event.kind, "at": event.at, "data": data}
