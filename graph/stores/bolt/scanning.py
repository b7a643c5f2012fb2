"""Every edge of a type, in chunks: memory is bounded here and on the server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import numpy as np

from graph.declaring import Ids as Kind
from graph.model import EDGE, NODE
from graph.records import Ids, Times
from graph.stores.bolt.connection import Connection
from graph.stores.bolt.texts import text

# Edges a chunk aims at; the window of sources grows and shrinks towards it.
CHUNK = 20_000
SMALLEST, LARGEST = 16, 50_000


async def scan_edges(connection: Connection, edge: str) -> AsyncIterator[tuple[Ids, Ids, Times]]:
    declared = EDGE[edge]
    statement = text("bulk/scan", label=declared.source, edge=edge, time=declared.time)
    windows = Windows(connection, declared.source)
    while (window := await windows.next()) is not None:
        sources, targets, times = await connection.value(statement, **window)
        windows.held(len(sources))
        if sources:
            yield (
                np.array(sources, np.int64),
                np.array(targets, np.int64),
                np.array(times, np.int64),
            )


async def scan_ends(connection: Connection, edge: str) -> AsyncIterator[tuple[Ids, Ids]]:
    declared = EDGE[edge]
    # Where the edge carries its ends, the other node needn't be visited.
    other = "edge._to" if declared.carries_ends else "other.id"
    statement = text("bulk/scan_ends", label=declared.source, edge=edge, other=other)
    windows = Windows(connection, declared.source)
    while (window := await windows.next()) is not None:
        lists: list[tuple[int, list[int]]] = await connection.value(statement, **window)
        lengths = np.array([len(targets) for _, targets in lists], np.int64)
        windows.held(int(lengths.sum()))
        if lengths.any():
            sources = np.array([source for source, _ in lists], np.int64)
            targets = [np.array(some, np.int64) for _, some in lists]
            yield np.repeat(sources, lengths), np.concatenate(targets)


class Windows:
    """Ranges of source ids, one after the other, that hold about a chunk of edges each."""

    def __init__(self, connection: Connection, label: str) -> None:
        self._connection, self._label = connection, label
        self._after, self._size = -1, 1_000
        self._last: int | None = None
        self._begun = False

    async def next(self) -> dict[str, Any] | None:
        """The parameters of the next statement; None at the end."""
        if not self._begun:
            self._begun = True
            self._last = await self._connection.value(text("bulk/last", label=self._label))
        if self._last is None or self._after >= self._last:
            return None
        after, self._after = self._after, await self._end()
        return {"after": after, "last": self._after}

    def held(self, edges: int) -> None:
        """How many edges the last window had."""
        wanted = self._size * CHUNK // max(edges, CHUNK // 4)
        self._size = min(LARGEST, max(SMALLEST, wanted))

    async def _end(self) -> int:
        """Dense ids need no look: a window of numbers is a window of nodes."""
        if NODE[self._label].ids is Kind.DENSE:
            return self._after + self._size
        end: int = await self._connection.value(
            text("bulk/window_end", label=self._label), after=self._after, size=self._size
        )
        return end
