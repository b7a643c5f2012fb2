"""Every edge of a type, in chunks: memory is bounded here and on the server."""

from __future__ import annotations

from collections.abc import AsyncIterator

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
    last = await connection.value(text("bulk/last", label=declared.source))
    after, window = -1, 1_000
    while last is not None and after < last:
        end = await _window_end(connection, declared.source, after, window)
        sources, targets, times = await connection.value(statement, after=after, last=end)
        if sources:
            yield (
                np.array(sources, np.int64),
                np.array(targets, np.int64),
                np.array(times, np.int64),
            )
        window = min(LARGEST, max(SMALLEST, window * CHUNK // max(len(sources), CHUNK // 4)))
        after = end


async def _window_end(connection: Connection, label: str, after: int, size: int) -> int:
    """Dense ids need no look: a window of numbers is a window of nodes."""
    if NODE[label].ids is Kind.DENSE:
        return after + size
    end: int = await connection.value(text("bulk/window_end", label=label), after=after, size=size)
    return end
