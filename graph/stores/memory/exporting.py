"""Everything there is of a kind of node or edge, with all that it says."""

from __future__ import annotations

from collections.abc import AsyncIterator

from graph.records import Props
from graph.stores.memory.state import State

CHUNK = 10_000


async def scan_nodes(
    state: State, kind: str, after: int = -1, last: int | None = None
) -> AsyncIterator[list[Props]]:
    nodes = sorted((id, props) for (name, id), props in state.nodes.items() if name == kind)
    some = [
        {"id": id, **props} for id, props in nodes if after < id and (last is None or id <= last)
    ]
    for at in range(0, len(some), CHUNK):
        yield list(some[at : at + CHUNK])


async def scan_links(state: State, edge: str) -> AsyncIterator[list[tuple[int, int, Props]]]:
    found = [
        (a, b, row)
        for (name, a, b), rows in sorted(state.edges.items(), key=lambda item: item[0])
        if name == edge
        for row in rows
    ]
    for at in range(0, len(found), CHUNK):
        yield found[at : at + CHUNK]


def links_of(state: State, edge: str, id: int, direction: str) -> list[tuple[int, Props]]:
    found = [(a, b, row) for (n, a, b), rs in state.edges.items() if n == edge for row in rs]
    if direction == "out":
        return sorted(((b, row) for a, b, row in found if a == id), key=lambda link: link[0])
    return sorted(((a, row) for a, b, row in found if b == id), key=lambda link: link[0])
