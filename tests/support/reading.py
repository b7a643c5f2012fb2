"""What tests read of a whole graph."""

from __future__ import annotations

from graph.records import Links, Position
from graph.store import Store


def entries(links: Links) -> list[Position]:
    return [Position(int(at), int(id)) for id, at in zip(links.ids, links.at, strict=True)]


async def rows(store: Store, edge: str) -> list[tuple[int, int, int]]:
    """Every edge of a type: source, target, time."""
    found: list[tuple[int, int, int]] = []
    async for sources, targets, times in store.scan_edges(edge):
        found += zip(sources.tolist(), targets.tolist(), times.tolist(), strict=True)
    return sorted(found)
