"""The whole graph as files, with the mapping that reads them back to an equal one.

Every node goes by its import's name space and id (`snap:42`), or by this graph's own and ours
(`amity-5f0c:42`) where no import made it: 42 of another graph is somebody else. Who is gone is left
out. Memory grows with the nodes, not with the edges.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from graph.declaring import Property
from graph.model import EDGE, EDGES, NODE
from graph.nodes import NODES
from graph.store import Store
from loaders.defaults import OURS, WHOLE, whole_id
from loaders.mapping import NOT_SET

LEFT_OUT = (*NOT_SET, "gone")
Row = Mapping[str, Any]


class Sink(Protocol):
    """Takes the rows of one kind after another."""

    def begin(self, kind: str, ends: Sequence[str], properties: Sequence[Property]) -> None: ...

    def write(self, rows: Sequence[Row]) -> None: ...

    def end(self) -> None: ...


def exported(properties: Sequence[Property]) -> list[Property]:
    return [prop for prop in properties if prop.public and prop.name not in LEFT_OUT]


async def export(store: Store, sink: Sink) -> dict[str, int]:
    """How many there were of each kind."""
    counts: dict[str, int] = {}
    names: dict[str, dict[int, str]] = {}
    ours = f"{OURS}-{await store.identity():x}"
    for node in NODES:
        names[node.name] = {}
        chunks = _nodes(store, node.name, ours, names[node.name])
        counts[node.name] = await _all(sink, node.name, ("id",), node.properties, chunks)
    for edge in EDGES:
        ends = names[edge.source], names[edge.target]
        chunks = _edges(store, edge.name, *ends)
        counts[edge.name] = await _all(sink, edge.name, ("from", "to"), edge.properties, chunks)
    return {kind: count for kind, count in counts.items() if count}


async def _all(
    sink: Sink,
    kind: str,
    ends: Sequence[str],
    properties: Sequence[Property],
    chunks: AsyncIterator[Sequence[Row]],
) -> int:
    """Nothing is begun of which there is nothing."""
    count = 0
    async for rows in chunks:
        if rows and not count:
            sink.begin(kind, ends, exported(properties))
        if rows:
            sink.write(rows)
        count += len(rows)
    if count:
        sink.end()
    return count


async def _nodes(
    store: Store, kind: str, ours: str, names: dict[int, str]
) -> AsyncIterator[Sequence[Row]]:
    async for chunk in store.scan_nodes(kind):
        rows = []
        for props in chunk:
            if not props.get("gone"):
                name = whole_id(props.get("source") or ours, props.get("externalId") or props["id"])
                names[props["id"]] = name
                rows.append({**props, "id": name})
        yield rows


async def _edges(
    store: Store, edge: str, sources: dict[int, str], targets: dict[int, str]
) -> AsyncIterator[Sequence[Row]]:
    async for chunk in store.scan_links(edge):
        yield [
            {**props, "from": sources[a], "to": targets[b]}
            for a, b, props in chunk
            if a in sources and b in targets
        ]


def mapping_text(suffix: str) -> str:
    """What `amity load` reads the files of an export with."""
    lines = [
        "about: an export of Amity, to be read back",
        f"source: {json.dumps(WHOLE)}",
        "files:",
    ]
    for node in NODES:
        lines += _rule(node.name, suffix, f"node: {node.name}", "id: id", node.properties)
    for edge in EDGES:
        ends = "from: from\n    to: to"
        lines += _rule(edge.name, suffix, f"edge: {edge.name}", ends, edge.properties)
    return "\n".join(lines) + "\n"


def _rule(
    kind: str, suffix: str, what: str, ends: str, properties: Sequence[Property]
) -> list[str]:
    given = [f'{prop.name}: "{prop.name}"' for prop in exported(properties)]
    lines = [f"  - match: {kind}{suffix}", "    optional: true", f"    {what}", f"    {ends}"]
    return lines + ([f"    set: {{{', '.join(given)}}}"] if given else [])


async def export_person(store: Store, person: int) -> dict[str, Any]:
    """All that stands about one person, for that person: the profile, and every edge."""
    [found] = [
        props
        async for chunk in store.scan_nodes("User", person - 1, person)
        for props in chunk
        if props["id"] == person
    ]
    told: dict[str, Any] = {"profile": _public(found), "edges": {}}
    for edge in EDGES:
        for direction, other in (("out", edge.target), ("in", edge.source)):
            mine = edge.source if direction == "out" else edge.target
            if mine != "User" or (direction == "in" and not _seen(edge.name)):
                continue
            links = await store.links_of(edge.name, person, direction)
            if links:
                prefix = NODE[other].prefix
                told["edges"].setdefault(edge.name, {})[direction] = [
                    {"id": f"{prefix}_{id}", **_public(props)} for id, props in links
                ]
    return told


def _seen(edge: str) -> bool:
    """What others made in secret is theirs: nobody learns from an export who blocks them."""
    return EDGE[edge].seen_by.value != "maker"


def _public(props: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in props.items() if name[0] != "_" and not name.endswith("Key")
    }
