"""An import into an empty embedded graph through the server's bulk endpoint, in one piece.

The endpoint takes no part in transactions, commits as it goes and joins edges to their ends last,
so nothing may be changed meanwhile and nothing that was cut short is worth keeping. Only when all
files are read are the locks taken away and is anything written.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, BinaryIO, TypeVar

import orjson

from graph.changes import Ops
from graph.imports import EdgeStep, Import
from graph.model import EDGE
from graph.stores.bolt.importing_nodes import BATCH
from graph.stores.offline.held import Counts, Held, Rows
from graph.stores.offline.lines import EdgeLines, node_lines, our_lines
from graph.stores.offline.pairs import Codes
from graph.whole import Whole

T = TypeVar("T")

# Lines of one request. Of more nodes than this the server does not tell the record ids.
NODES_AT_ONCE = 10_000
EDGES_AT_ONCE = 100_000
PARTS_AT_ONCE = 200


class EndpointStore(Held):
    name = "embedded"

    def __init__(self, target: Whole) -> None:
        super().__init__()
        self._target = target
        self._files: dict[str, BinaryIO] = {}
        self._told: list[Ops] = []

    async def begin_import(self, name: str) -> Import:
        if self._batch.name != name:
            self._batch = await self._target.begin_whole(name)
        return self._batch

    async def take_ids(self, count: int) -> int:
        return await self._target.take_ids(count)

    async def lease_node(self, first: int, last: int, holder: str, ttl_ms: int, now: int) -> int:
        return await self._target.lease_node(first, last, holder, ttl_ms, now)

    async def write(self, ops: Ops) -> None:
        self._told.append(ops)

    def _write(self, step: EdgeStep, rows: Rows, codes: Codes) -> None:
        """Places, and what rows say: record ids come later."""
        if step.edge not in self._files:
            # Without a name: nothing is left of whoever is killed.
            file = TemporaryFile(prefix="amity-import-")  # noqa: SIM115  # `close` closes it
            self._files[step.edge] = file
        chosen = rows.tolist()
        frame = {
            "a": codes[rows] >> 32,
            "b": codes[rows] & 0xFFFFFFFF,
            "fixed": {**step.fresh, BATCH: step.batch},
            "columns": {n: [column[row] for row in chosen] for n, column in step.columns.items()},
        }
        self._files[step.edge].write(orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY) + b"\n")

    def close(self) -> None:
        for file in self._files.values():
            file.close()

    async def forget(self) -> None:
        """Nothing was written but that it began."""
        await self._target.forget_import(self._batch.number)

    async def finish(self, tell: Callable[[int, int], None]) -> None:
        """Everything into the graph; `tell` hears how much of it is there."""
        done, whole = 0, sum(len(nodes) for nodes in self._nodes.values())
        whole += sum(self._created[edge] for edge in self._files)
        await self._target.shut_whole()
        counts = self._counted()
        rids: dict[str, list[str]] = {}
        for kind, rows in self._nodes.items():
            rids[kind] = [""] * len(rows)
            async for body, count in ahead(node_bodies(kind, rows, counts[kind])):
                for mark, rid in (await self._target.post_whole(body)).items():
                    rids[kind][int(mark)] = rid
                done += count
                tell(done, whole)
        async for body, count in ahead(self._edge_bodies(rids)):
            await self._target.post_whole(body)
            done += count
            tell(done, whole)
        for parts in pieces(self._parts, PARTS_AT_ONCE):
            await self._target.post_whole(b"\n".join(our_lines("_Part", parts)))
        await self._target.raise_generation()
        for ops in self._told:
            await self._target.write(ops)
        await self._target.end_whole(self._batch)

    def _edge_bodies(self, rids: Mapping[str, list[str]]) -> Iterator[tuple[bytes, int]]:
        for name, file in self._files.items():
            edge = EDGE[name]
            ids = [[row["id"] for row in self._nodes[end]] for end in (edge.source, edge.target)]
            of = EdgeLines(edge, (rids[edge.source], rids[edge.target]), (ids[0], ids[1]))
            file.seek(0)
            lines = (line for frame in map(orjson.loads, file) for line in of.lines(**frame))
            for some in pieces(lines, EDGES_AT_ONCE):
                yield "\n".join(some).encode(), len(some)


def node_bodies(
    kind: str, rows: list[dict[str, Any]], counts: Counts
) -> Iterator[tuple[bytes, int]]:
    for first in range(0, len(rows), NODES_AT_ONCE):
        some = rows[first : first + NODES_AT_ONCE]
        yield b"\n".join(node_lines(kind, some, counts, first)), len(some)


def pieces(items: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(items)
    while piece := list(islice(left, size)):
        yield piece


async def ahead(
    bodies: Iterable[tuple[bytes, int]],
) -> AsyncIterator[tuple[bytes, int]]:
    """Each is made in a thread, while the server has the one before."""
    coming = iter(bodies)
    after = asyncio.create_task(asyncio.to_thread(next, coming, None))
    try:
        while (body := await after) is not None:
            after = asyncio.create_task(asyncio.to_thread(next, coming, None))
            yield body
    finally:
        await asyncio.wait([after])
