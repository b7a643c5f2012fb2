"""All nodes and edges with all that they say, in chunks: memory is bounded here and there."""

from __future__ import annotations

from collections.abc import AsyncIterator

from graph.declaring import Ids as Kind
from graph.model import EDGE, NODE
from graph.records import Props
from graph.stores.bolt.connection import Connection
from graph.stores.bolt.texts import text

# Nodes, or edges, that a chunk aims at.
CHUNK = 5_000
SMALLEST = 16
# What a window may take: finding where it ends sorts ids, and nobody waits for a page of this.
SECONDS = 60.0


async def scan_nodes(
    connection: Connection, kind: str, after: int = -1, last: int | None = None
) -> AsyncIterator[list[Props]]:
    statement = text("bulk/scan_nodes", label=kind)
    highest = await connection.patient_value(text("bulk/last", label=kind), SECONDS)
    last = highest if last is None else min(last, highest or -1)
    while last is not None and after < last:
        end = min(last, await _window_end(connection, kind, after, CHUNK))
        found = await connection.patient_value(statement, SECONDS, after=after, last=end)
        yield sorted(found or [], key=lambda props: int(props["id"]))
        after = end


async def scan_links(
    connection: Connection, edge: str
) -> AsyncIterator[list[tuple[int, int, Props]]]:
    label = EDGE[edge].source
    statement = text("bulk/scan_links", label=label, edge=edge)
    last = await connection.patient_value(text("bulk/last", label=label), SECONDS)
    after, window = -1, 256
    while last is not None and after < last:
        end = await _window_end(connection, label, after, window)
        found = await connection.patient_value(statement, SECONDS, after=after, last=end) or []
        yield sorted(((a, b, props) for a, b, props in found), key=lambda link: link[:2])
        window = min(CHUNK, max(SMALLEST, window * CHUNK // max(len(found), CHUNK // 4)))
        after = end


async def links_of(
    connection: Connection, edge: str, id: int, direction: str
) -> list[tuple[int, Props]]:
    declared = EDGE[edge]
    label = declared.source if direction == "out" else declared.target
    statement = text(f"bulk/links_{direction}", label=label, edge=edge)
    found = await connection.patient_value(statement, SECONDS, id=id) or []
    return sorted(((other, props) for other, props in found), key=lambda link: link[0])


async def _window_end(connection: Connection, label: str, after: int, size: int) -> int:
    """Dense ids need no look: a window of numbers is a window of nodes."""
    if NODE[label].ids is Kind.DENSE:
        return after + size
    end: int = await connection.patient_value(
        text("bulk/window_end", label=label), SECONDS, after=after, size=size
    )
    return end
