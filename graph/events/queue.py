"""What waits to be fanned out: two queues in the cache server, so that no crowd delays a friend.

An entry stays until it was worked off. A worker that dies leaves its entries to the others, with
how far it had come.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from graph.adjacency.cache import Cache, Script
from graph.events.kinds import Kind
from graph.events.stream import Entry, Stream

SMALL, LARGE, JOBS = "amity:fanout", "amity:fanout:large", "amity:fanout:jobs"
DEAD = "amity:fanout:dead"
GROUP = "fanout"
FANNED_OUT = frozenset({Kind.POSTED.value.encode()})
DEAD_KEPT = 1_000
# An entry that nobody touched for so long belongs to a worker that is no more.
ABANDONED_MS = 5_000

_SCRIPTS = Path(__file__).parent / "scripts"
TAKE, STEP, DONE = (Script.load(_SCRIPTS / f"{name}.lua") for name in ("take", "step", "done"))


class Queued(NamedTuple):
    id: bytes
    entry: Entry


class Taken(NamedTuple):
    lost: bool  # a queue was made anew: what was in it before is gone
    small: list[Queued]
    large: list[Queued]


class Waiting(NamedTuple):
    small: int
    large: int
    dead: int
    oldest_ms: int | None  # when the oldest entry came, by the server's clock


class Queue:
    def __init__(self, cache: Cache, abandoned_ms: int = ABANDONED_MS) -> None:
        self._cache = cache
        self._consumer = secrets.token_hex(6)
        self._abandoned_ms = abandoned_ms

    async def take(self, small: int, large: int, *, take_over: bool) -> Taken:
        idle = self._abandoned_ms if take_over else 0
        lost, *queues = await self._cache.run(
            TAKE, (SMALL, LARGE), (GROUP, self._consumer, small, large, idle)
        )
        return Taken(bool(lost), *([_queued(row) for row in queue] for queue in queues))

    async def enlarge(self, queued: Queued) -> None:
        """To those of large audiences, where it does not keep the others waiting."""
        await self._cache.ask("XADD", LARGE, "*", *_fields(queued.entry))
        await self.done(SMALL, [queued.id])

    async def step(self, id: bytes, progress: bytes) -> None:
        await self._cache.run(STEP, (LARGE, JOBS), (GROUP, self._consumer, id, progress))

    async def progress(self, id: bytes) -> bytes | None:
        found: bytes | None = await self._cache.ask("HGET", JOBS, id)
        return found

    async def jobs(self) -> list[bytes]:
        """How far each large fan-out is."""
        found: list[bytes] = await self._cache.ask("HVALS", JOBS)
        return found

    async def done(self, queue: str, ids: Sequence[bytes]) -> None:
        if ids:
            await self._cache.run(DONE, (queue, JOBS), (GROUP, *ids))

    async def bury(self, queue: str, queued: Queued, error: str) -> None:
        """Given up; kept to be looked at."""
        fields = (*_fields(queued.entry), "error", error)
        await self._cache.ask("XADD", DEAD, "MAXLEN", "~", DEAD_KEPT, "*", *fields)
        await self.done(queue, [queued.id])

    async def waiting(self) -> Waiting:
        small, large, dead, *heads = await asyncio.gather(
            self._cache.ask("XLEN", SMALL),
            self._cache.ask("XLEN", LARGE),
            self._cache.ask("XLEN", DEAD),
            self._cache.ask("XRANGE", SMALL, "-", "+", "COUNT", 1),
            self._cache.ask("XRANGE", LARGE, "-", "+", "COUNT", 1),
        )
        came = [int(head[0][0].partition(b"-")[0]) for head in heads if head]
        return Waiting(small, large, dead, min(came, default=None))


@dataclass(frozen=True, slots=True)
class WithFanout:
    """A stream that also queues what is to be fanned out. At least once, as the stream itself."""

    stream: Stream
    cache: Cache
    queued: Callable[[], None]  # told when there is something to fan out
    kinds: frozenset[bytes] = FANNED_OUT

    async def publish(self, entries: Sequence[Entry]) -> None:
        await self.stream.publish(entries)
        for_all = [entry for entry in entries if entry.kind in self.kinds]
        await asyncio.gather(
            *[self.cache.ask("XADD", SMALL, "*", *_fields(entry)) for entry in for_all]
        )
        if for_all:
            self.queued()


def _fields(entry: Entry) -> list[Any]:
    return [item for pair in entry._asdict().items() for item in pair]


def _queued(row: Sequence[Any]) -> Queued:
    id, fields = row
    named = dict(zip(fields[::2], fields[1::2], strict=True))
    return Queued(id, Entry(*(named.get(name.encode(), b"") for name in Entry._fields)))
