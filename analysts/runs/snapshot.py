"""A snapshot: all edges of one kind at one time, read in one pass, as a graph of arrays.

Nodes are numbered by id; in a graph of two kinds the sources' come first. Who has no edge of the
kind is not in it, and neither is who is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from algorithms.csr import Csr, from_edges
from algorithms.links import worth_a_table
from analysts.runs.kinds import Kind
from graph.declaring import Flag
from graph.declaring import Ids as Numbers
from graph.model import NODE
from graph.records import Ids
from graph.store import Store

FLAGS_AT_ONCE = 65_536
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    kind: Kind
    ids: Ids  # of each node
    sources: int  # how many nodes are of the source's kind: the first ones
    graph: Csr

    @property
    def bytes(self) -> int:
        return self.ids.nbytes + self.graph.bytes

    def label(self, node: int) -> str:
        """The kind of a node."""
        edge = self.kind.edge
        return edge.source if node < self.sources else edge.target

    def node(self, label: str, id: int) -> int | None:
        """Where a node stands, if it is there."""
        low, high = (0, self.sources) if label == self.kind.edge.source else (0, 0)
        if label == self.kind.edge.target and self.kind.bipartite:
            low, high = self.sources, len(self.ids)
        at = low + int(np.searchsorted(self.ids[low:high], id))
        return at if at < high and self.ids[at] == id else None


async def take_snapshot(store: Store, kind: Kind, seen: Progress = lambda _: None) -> Snapshot:
    """`seen` is told how many edges were read until now."""
    sources, targets = await _ends(store, kind, seen)
    sources, targets = await _living(store, kind, sources, targets)
    # Sorting millions takes seconds, and others are served in this process too.
    return await asyncio.to_thread(_put_together, kind, sources, targets)


def _put_together(
    kind: Kind, sources: NDArray[np.generic], targets: NDArray[np.generic]
) -> Snapshot:
    if kind.bipartite:
        from_ids, sources = numbered(sources)
        to_ids, targets = numbered(targets)
        ids, targets = np.concatenate([from_ids, to_ids]), targets + len(from_ids)
    else:
        ids, both = numbered(np.concatenate([sources, targets]))
        from_ids, (sources, targets) = ids, np.split(both, 2)
    graph = from_edges(sources, targets, len(ids))
    if not kind.mutual:
        return Snapshot(kind, ids, len(from_ids), graph)
    return _connected(Snapshot(kind, ids, len(ids), graph.mutual()))


async def _ends(store: Store, kind: Kind, seen: Progress) -> tuple[NDArray[np.generic], ...]:
    """Chunks are kept in as few bytes as their ids need."""
    narrow = [
        np.uint32 if NODE[label].ids is Numbers.DENSE else np.int64
        for label in (kind.edge.source, kind.edge.target)
    ]
    chunks: tuple[list[NDArray[np.generic]], ...] = ([], [])
    count = 0
    async for sources, targets in store.scan_ends(kind.edge.name):
        for kept, part, width in zip(chunks, (sources, targets), narrow, strict=True):
            kept.append(part.astype(width))
        count += len(sources)
        seen(count)
    return tuple(
        np.concatenate([np.empty(0, width), *kept])
        for kept, width in zip(chunks, narrow, strict=True)
    )


async def _living(
    store: Store, kind: Kind, sources: NDArray[np.generic], targets: NDArray[np.generic]
) -> tuple[NDArray[np.generic], ...]:
    """Edges whose people are all there."""
    keep = np.ones(len(sources), np.bool_)
    for label, ends in ((kind.edge.source, sources), (kind.edge.target, targets)):
        if label == "User" and len(ends):
            keep &= ~(await _gone(store, int(ends.max())))[ends.astype(np.int64)]
    return (sources, targets) if keep.all() else (sources[keep], targets[keep])


async def _gone(store: Store, last: int) -> NDArray[np.bool_]:
    """By id."""
    parts = [
        np.frombuffer(await store.flags(first, min(FLAGS_AT_ONCE, last + 1 - first)), np.uint8)
        for first in range(0, last + 1, FLAGS_AT_ONCE)
    ]
    gone: NDArray[np.bool_] = (np.concatenate(parts) & np.uint8(Flag.GONE)) != 0
    return gone


def numbered(ids: NDArray[np.generic]) -> tuple[Ids, NDArray[np.int32]]:
    """The ids that occur, ascending, and where each entry stands among them.

    >>> [x.tolist() for x in numbered(np.array([7, 3, 7]))]
    [[3, 7], [1, 0, 1]]
    """
    if len(ids) and worth_a_table(top := int(ids.max()), len(ids)):
        there = np.zeros(top + 1, np.bool_)
        there[ids.astype(np.int64, copy=False)] = True
        found = np.flatnonzero(there)
        place = np.zeros(top + 1, np.int32)
        place[found] = np.arange(len(found), dtype=np.int32)
        return found.astype(np.int64, copy=False), place[ids.astype(np.int64, copy=False)]
    found, at = np.unique(ids, return_inverse=True)
    return found.astype(np.int64), at.astype(np.int32)


def _connected(snapshot: Snapshot) -> Snapshot:
    """Without those who have no edge: of a graph of mutual edges, most may have none."""
    keep = np.flatnonzero(snapshot.graph.degrees())
    return Snapshot(snapshot.kind, snapshot.ids[keep], len(keep), snapshot.graph.part(keep))
