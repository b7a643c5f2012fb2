"""Questions to the state, each answered the plainest way there is."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from graph.declaring import Flag, Privacy
from graph.model import EDGES, List, counted, counters, person_edges
from graph.records import Counts, Links, Pair, Person, Position, Props, flags_of
from graph.stores.memory.state import State


def person(state: State, id: int) -> Person | None:
    props = state.nodes.get(("User", id))
    return None if props is None else _person(id, props)


def _person(id: int, props: Props) -> Person:
    return Person(
        id=id,
        username=props.get("username", ""),
        privacy=Privacy(props.get("privacy", Privacy.PUBLIC)),
        created_at=props.get("createdAt", 0),
        flags=_flags(props),
        name=props.get("name"),
        bio=props.get("bio"),
        avatar_url=props.get("avatarUrl"),
        verified=props.get("verified", False),
        external_id=props.get("externalId"),
        source=props.get("source"),
        country=props.get("country"),
        last_active_day=props.get("lastActiveDay"),
    )


def _flags(props: Props) -> Flag:
    return flags_of(
        props.get("privacy", Privacy.PUBLIC),
        gone=props.get("gone", False),
        hide_network=props.get("hideNetwork", False),
        discoverable=props.get("discoverable", True),
        allow_suggestions=props.get("allowSuggestions", True),
        celebrity=props.get("celebrity", False),
    )


def flags(state: State, id: int) -> Flag:
    found = person(state, id)
    return Flag.GONE if found is None else found.flags


def counts(state: State, id: int, kind: str = "User") -> Counts:
    return {name: state.counters.get((kind, id, name), 0) for name in counters(kind)}


def true_counts(state: State, id: int, kind: str = "User") -> Counts:
    """As the edges say; what no edge accounts for is not among them."""
    return {name: _standing(state, name, lst, id) for name, lst in counted(kind).items()}


def _standing(state: State, counter: str, lst: List, owner: int) -> int:
    if lst.side.split is None:
        return len(entries(state, lst, owner))
    return sum(
        lst.side.counts(row) == counter
        for a in state.sources.get((lst.edge.name, owner), ())
        for row in state.edges[lst.edge.name, a, owner]
    )


def entries(state: State, lst: List, owner: int) -> list[Position]:
    """The whole list, newest first."""
    if lst.direction == "out":
        found = _out(state, lst, owner)
    elif lst.direction == "in":
        found = _into(state, lst, owner)
    else:
        found = _mutual(state, lst, owner)
    return sorted(found, reverse=True)


def _out(state: State, lst: List, owner: int) -> list[Position]:
    edge, time = lst.edge.name, lst.edge.time
    return [
        Position(row.get(time, 0), b)
        for b in state.targets.get((edge, owner), ())
        for row in state.edges[edge, owner, b]
    ]


def _into(state: State, lst: List, owner: int) -> list[Position]:
    edge, time = lst.edge.name, lst.edge.time
    return [
        Position(row.get(time, 0), a)
        for a in state.sources.get((edge, owner), ())
        for row in state.edges[edge, a, owner]
    ]


def _mutual(state: State, lst: List, owner: int) -> list[Position]:
    """Both directions stand since the later of the two."""
    since = {p.id: p.at for p in reversed(_out(state, lst, owner))}
    back = {p.id: p.at for p in reversed(_into(state, lst, owner))}
    return [Position(max(since[id], back[id]), id) for id in since.keys() & back.keys()]


def page(
    whole: list[Position], limit: int, after: Position | None, before: Position | None
) -> list[Position]:
    """A piece of a list that is newest first: see the port."""
    older = [p for p in whole if after is None or p < after]
    between = [p for p in older if before is None or p > before]
    # With nothing but `before`, the entries next to it: the oldest of the newer ones.
    return between[-limit:] if before is not None and after is None else between[:limit]


def links(positions: Iterable[Position]) -> Links:
    pairs = list(positions)
    return Links(
        np.array([p.id for p in pairs], np.int64), np.array([p.at for p in pairs], np.int64)
    )


def pair(state: State, a: int, b: int) -> Pair:
    return Pair(
        a=person(state, a),
        b=person(state, b),
        out=_between(state, a, b),
        back=_between(state, b, a),
        version=state.versions.get((min(a, b), max(a, b)), 0),
    )


def _between(state: State, a: int, b: int) -> dict[str, Props]:
    found: dict[str, Props] = {}
    for edge in person_edges():
        rows = state.edges.get((edge.name, a, b), ())
        if rows:
            found[edge.name] = {k: v for k, v in rows[0].items() if not k.startswith("_")}
    return found


def edges_of(state: State, kind: str, id: int) -> list[tuple[str, int, int]]:
    """Every edge of a node, history too, doubled ones as often as they stand."""
    found = []
    for edge in EDGES:
        ends: list[tuple[int, int]] = []
        if edge.source == kind:
            ends += [(id, b) for b in state.targets.get((edge.name, id), ())]
        if edge.target == kind:
            ends += [(a, id) for a in state.sources.get((edge.name, id), ()) if a != id]
        for a, b in sorted(ends):
            found += [(edge.name, a, b)] * len(state.edges[edge.name, a, b])
    return found
