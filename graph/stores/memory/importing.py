"""Steps of an import, the plainest way there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from graph.imports import EdgeStep, Import, Mode, NodeStep, Result, Results, Undone
from graph.model import EDGE, NODE
from graph.records import Ids, Props
from graph.stores.memory.changes import add_edge, move_counters
from graph.stores.memory.shares import key_shares
from graph.stores.memory.state import Part, State
from graph.usernames import with_own_name

BATCH = "_batch"
KEY = "externalKey"


class Imports:
    def __init__(self, ask: Callable[[], State]) -> None:
        self._ask = ask

    async def begin_import(self, name: str) -> Import:
        state = self._ask()
        if name not in state.imports:
            state.imports[name] = Import(name, state.next_import)
            state.next_import += 1
        return state.imports[name]

    async def save_import(self, found: Import) -> None:
        self._ask().imports[found.name] = found

    async def imports(self) -> list[Import]:
        return sorted(self._ask().imports.values(), key=lambda one: one.number)

    async def forget_import(self, number: int) -> None:
        state = self._ask()
        state.imports = {n: one for n, one in state.imports.items() if one.number != number}

    async def find_nodes(self, kind: str, key: str, values: Sequence[Any]) -> list[int | None]:
        return _find_nodes(self._ask(), kind, key, values)

    async def standing_nodes(
        self, kind: str, ids: Sequence[int], names: Sequence[str]
    ) -> Mapping[int, Sequence[Any]]:
        nodes = self._ask().nodes
        there = {id: nodes[kind, id] for id in ids if (kind, id) in nodes}
        return {id: [row.get(name) for name in names] for id, row in there.items()}

    async def standing_edges(
        self, edge: str, a: Ids, b: Ids, names: Sequence[str]
    ) -> Mapping[int, Sequence[Any]]:
        edges = self._ask().edges
        ends = enumerate(zip(a.tolist(), b.tolist(), strict=True))
        found = {place: edges.get((edge, one, other), ()) for place, (one, other) in ends}
        return {
            place: [rows[0].get(name) for name in names] for place, rows in found.items() if rows
        }

    async def import_nodes(self, step: NodeStep) -> Results:
        return _import_nodes(self._ask(), step)

    async def import_edges(self, step: EdgeStep) -> Results:
        return _import_edges(self._ask(), step)

    async def created_by(self, number: int) -> Mapping[str, int]:
        return _created_by(self._ask(), number)

    async def undo_part(self, number: int) -> Undone | None:
        return _undo_part(self._ask(), number)


def _find_nodes(state: State, kind: str, key: str, values: Sequence[Any]) -> list[int | None]:
    if key == "id":
        return [value if (kind, value) in state.nodes else None for value in values]
    return [state.taken.get((kind, key, value)) for value in values]


def _import_nodes(state: State, step: NodeStep) -> Results:
    if step.key in state.parts:
        return state.parts[step.key].results
    with state.transaction():
        created: list[tuple[int, ...]] = []
        before = _holders(state, step)
        results = [_node(state, step, row, created, before) for row in step.rows]
        part = Part(step.batch, "node", step.kind, np.array(results, np.uint8), tuple(created))
        state.put_part(step.key, part)
    return part.results


Holders = Mapping[tuple[str, Any], int]  # by property and value


def _holders(state: State, step: NodeStep) -> Holders:
    """Whose the names of these rows are: what one gives up in a step is free after it."""
    taken = state.taken
    names = [(prop, row.get(prop)) for prop in _public_keys(step.kind) for row in step.rows]
    return {name: taken[step.kind, *name] for name in names if (step.kind, *name) in taken}


def _public_keys(kind: str) -> list[str]:
    return [prop.name for prop in NODE[kind].properties if prop.unique and prop.public]


def _node(
    state: State,
    step: NodeStep,
    row: Mapping[str, Any],
    created: list[tuple[int, ...]],
    before: Holders,
) -> Result:
    kind = step.kind
    id = state.taken.get((kind, KEY, row[KEY]))
    if step.mode is Mode.DELETE:
        return _delete_node(state, kind, id)
    names = list(step.given)
    if id is None:
        for prop in _public_keys(kind):
            name = row.get(prop)
            other = before.get((prop, name), state.taken.get((kind, prop, name)))
            if other is not None:
                if state.nodes[kind, other].get(KEY) is not None:
                    return Result.TAKEN
                id, names = other, [*names, "externalId", "source", KEY]
    if id is None:
        named = with_own_name(row, lambda name: (kind, "usernameKey", name) in state.taken)
        props = {name: value for name, value in named.items() if name != "id"}
        state.put_node(kind, row["id"], {**props, BATCH: step.batch})
        created.append((row["id"],))
        return Result.CREATED
    if step.mode is Mode.CREATE:
        return Result.TAKEN
    old = state.nodes[kind, id]
    new = {n: row[n] for n in names if row.get(n) is not None and row[n] != old.get(n)}
    if not new:
        return Result.SAME
    for prop in _public_keys(kind):
        name = new.get(prop)
        holders = (before.get((prop, name)), state.taken.get((kind, prop, name)))
        if any(one not in (None, id) for one in holders):
            return Result.TAKEN
    state.put_node(kind, id, {**old, **new})
    if kind == "Post":
        # With words of its own it is a share no longer.
        key_shares(state, [id])
    return Result.CHANGED


def _delete_node(state: State, kind: str, id: int | None) -> Result:
    if id is None:
        return Result.UNKNOWN
    if is_linked(state, kind, id):
        return Result.TAKEN
    state.put_node(kind, id, None)
    return Result.CHANGED


def is_linked(state: State, kind: str, id: int) -> bool:
    return any(
        (EDGE[name].source, a) == (kind, id) or (EDGE[name].target, b) == (kind, id)
        for name, a, b in state.edges
    )


def _import_edges(state: State, step: EdgeStep) -> Results:
    if step.key in state.parts:
        return state.parts[step.key].results
    with state.transaction():
        created: list[tuple[int, ...]] = []
        results = [
            _edge(state, step, int(a), int(b), _said(step, at), created)
            for at, (a, b) in enumerate(zip(step.a, step.b, strict=True))
        ]
        _key_shares(state, step.edge, zip(step.a.tolist(), step.b.tolist(), strict=True))
        part = Part(step.batch, "edge", step.edge, np.array(results, np.uint8), tuple(created))
        state.put_part(step.key, part)
    return part.results


def _key_shares(state: State, edge: str, ends: Iterable[tuple[int, ...]]) -> None:
    """Whose share it is and what it shares come as edges, in whatever order."""
    if edge in ("POSTED", "SHARES"):
        key_shares(state, [pair[1 if edge == "POSTED" else 0] for pair in ends])


def _said(step: EdgeStep, at: int) -> Props:
    said = {name: column[at] for name, column in step.columns.items()}
    return {name: value for name, value in said.items() if value is not None}


def _edge(
    state: State, step: EdgeStep, a: int, b: int, said: Props, created: list[tuple[int, ...]]
) -> Result:
    edge, rows = EDGE[step.edge], state.edges.get((step.edge, a, b), ())
    if step.mode is Mode.DELETE:
        if not rows:
            return Result.UNKNOWN
        move_counters(state, edge, a, b, rows[-1], -1)
        state.put_edges(step.edge, a, b, ())
        return Result.CHANGED
    if rows:
        if step.mode is Mode.CREATE:
            return Result.TAKEN
        if all(rows[0].get(name) == value for name, value in said.items()):
            return Result.SAME
        move_counters(state, edge, a, b, rows[0], -1)
        state.put_edges(step.edge, a, b, tuple({**row, **said} for row in rows))
        move_counters(state, edge, a, b, {**rows[0], **said}, 1)
        return Result.CHANGED
    if not (_is_alive(state, edge.source, a) and _is_alive(state, edge.target, b)):
        return Result.UNKNOWN
    add_edge(state, step.edge, a, b, {**step.fresh, **said, BATCH: step.batch})
    move_counters(state, edge, a, b, {**step.fresh, **said}, 1)
    if step.crowd is not None and edge.fanned_out and edge.into:
        _mark(state, b, step.crowd)
    created.append((a, b))
    return Result.CREATED


def _is_alive(state: State, kind: str, id: int) -> bool:
    """Who is suspended keeps the name; what was deleted is never led to again."""
    props = state.nodes.get((kind, id))
    return props is not None and bool(not props.get("gone") or props.get("usernameKey"))


def _mark(state: State, person: int, crowd: int) -> None:
    if state.counters.get(("User", person, "followers"), 0) >= crowd:
        old = state.nodes["User", person]
        if not old.get("celebrity"):
            state.put_node("User", person, {**old, "celebrity": True})


def _created_by(state: State, number: int) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for part in state.parts.values():
        if part.batch == number:
            found[part.name] += len(part.created)
    return +found


def _undo_part(state: State, number: int) -> Undone | None:
    """Edges before the nodes they lead to."""
    mine = [(part.kind, key) for key, part in state.parts.items() if part.batch == number]
    if not mine:
        return None
    key = min(mine)[1]
    part = state.parts[key]
    with state.transaction():
        undo = _undo_edge if part.kind == "edge" else _undo_node
        gone = [ends for ends in part.created if undo(state, part.name, number, ends)]
        if part.kind == "edge":
            _key_shares(state, part.name, gone)
        state.put_part(key, None)
    return Undone(len(gone), len(part.created) - len(gone), _people(part, gone))


def _people(part: Part, gone: list[tuple[int, ...]]) -> list[int]:
    if part.kind == "node":
        return sorted(ends[0] for ends in gone) if part.name == "User" else []
    edge = EDGE[part.name]
    kinds = (edge.source, edge.target)
    return sorted(
        {id for ends in gone for id, kind in zip(ends, kinds, strict=True) if kind == "User"}
    )


def _undo_edge(state: State, name: str, number: int, ends: tuple[int, ...]) -> bool:
    a, b = ends
    rows = state.edges.get((name, a, b), ())
    left = tuple(row for row in rows if row.get(BATCH) != number)
    if len(left) == len(rows):
        return False
    move_counters(state, EDGE[name], a, b, rows[-1], -1)
    state.put_edges(name, a, b, left)
    return True


def _undo_node(state: State, kind: str, number: int, ends: tuple[int, ...]) -> bool:
    (id,) = ends
    if (kind, id) not in state.nodes or is_linked(state, kind, id):
        return False
    state.put_node(kind, id, None)
    return True
