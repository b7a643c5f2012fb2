"""Loads, and scans of everything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from graph.model import EDGE
from graph.records import Ids, Props, Times
from graph.stores.memory import changes, exporting
from graph.stores.memory.state import State
from graph.upkeep import Loaded, Totals

SCAN_CHUNK = 10_000


class Bulk:
    def __init__(self, ask: Callable[[], State]) -> None:
        self._ask = ask

    async def load_people(self, rows: Sequence[Mapping[str, Any]]) -> None:
        changes.load(self._ask(), "User", rows)

    async def load_posts(self, rows: Sequence[Mapping[str, Any]]) -> None:
        changes.load(self._ask(), "Post", rows)

    async def load_edges(self, edge: str, rows: Sequence[tuple[int, int, Props]]) -> Loaded:
        state = self._ask()
        source, target = EDGE[edge].source, EDGE[edge].target
        created = same = unknown = 0
        for a, b, props in rows:
            if (source, a) not in state.nodes or (target, b) not in state.nodes:
                unknown += 1
            elif (edge, a, b) in state.edges:
                same += 1
            else:
                changes.add_edge(state, edge, a, b, props)
                changes.move_counters(state, EDGE[edge], a, b, props, 1)
                created += 1
        return Loaded(created, same, unknown)

    async def prune_history(self, edge: str, before: int, limit: int) -> int:
        return changes.prune(self._ask(), EDGE[edge], before, limit)

    async def scan_edges(self, edge: str) -> AsyncIterator[tuple[Ids, Ids, Times]]:
        time = EDGE[edge].time
        rows = (
            (a, b, row.get(time, 0))
            for (name, a, b), all_rows in sorted(self._ask().edges.items(), key=lambda i: i[0])
            if name == edge
            for row in all_rows
        )
        while chunk := list(islice(rows, SCAN_CHUNK)):
            sources, targets, times = np.array(chunk, np.int64).T
            yield sources, targets, times

    async def scan_ends(self, edge: str) -> AsyncIterator[tuple[Ids, Ids]]:
        async for sources, targets, _ in self.scan_edges(edge):
            yield sources, targets

    async def totals(self, edge: str) -> Totals:
        state = self._ask()
        kinds = [EDGE[edge].source, EDGE[edge].target]
        sources, targets = (sum(1 for kind, _ in state.nodes if kind == one) for one in kinds)
        edges = sum(len(rows) for (name, _, _), rows in state.edges.items() if name == edge)
        return Totals(sources, targets, edges)

    async def external_ids(self, kind: str, ids: Sequence[int]) -> list[str | None]:
        nodes = self._ask().nodes
        return [nodes.get((kind, id), {}).get("externalId") for id in ids]

    def scan_nodes(
        self, kind: str, after: int = -1, last: int | None = None
    ) -> AsyncIterator[list[Props]]:
        return exporting.scan_nodes(self._ask(), kind, after, last)

    def scan_links(self, edge: str) -> AsyncIterator[list[tuple[int, int, Props]]]:
        return exporting.scan_links(self._ask(), edge)

    async def links_of(self, edge: str, id: int, direction: str) -> list[tuple[int, Props]]:
        return exporting.links_of(self._ask(), edge, id, direction)
