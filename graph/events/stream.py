"""Where committed changes go: a bounded stream that consumers read, each at its own pace."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, Protocol

import orjson

from graph.changes import Event

STREAM = "amity:events"
# About an hour at 30 changes a second. A consumer that falls further behind has to start anew:
# what it keeps is derived from the graph.
LONGEST_STREAM = 100_000


class Entry(NamedTuple):
    """One event as it stands in the stream; ids are 8 bytes, big-endian, never numbers."""

    id: bytes
    kind: bytes
    at: bytes
    data: bytes


class Stream(Protocol):
    async def publish(self, entries: Sequence[Entry]) -> None:
        """Appends all, at least once. Raises Unavailable where the stream can't be reached."""
        ...


class RedisStream:
    """Over any way to ask Redis; `ask` raises Unavailable when nobody answers."""

    def __init__(
        self,
        ask: Callable[..., Awaitable[Any]],
        readers: Sequence[Callable[[], None]] = (),
    ) -> None:
        """`readers` of this process are told when there is something new."""
        self._ask = ask
        self._readers = readers

    async def publish(self, entries: Sequence[Entry]) -> None:
        await asyncio.gather(*[self._append(entry) for entry in entries])
        for tell in self._readers:
            tell()

    async def _append(self, entry: Entry) -> None:
        fields = [item for pair in entry._asdict().items() for item in pair]
        await self._ask("XADD", STREAM, "MAXLEN", "~", LONGEST_STREAM, "*", *fields)


def encode(event: Event) -> Entry:
    """Raises TypeError for what is no JSON."""
    id = event.id.to_bytes(8, "big")
    return Entry(id, event.kind.encode(), str(event.at).encode(), orjson.dumps(event.data))


def decode(entry: Entry) -> Event:
    """
    >>> decode(encode(Event(2**60, "followed", 5, {"actor": 1}))) == Event(
    ...     2**60, "followed", 5, {"actor": 1})
    True
    """
    data = orjson.loads(entry.data)
    return Event(int.from_bytes(entry.id, "big"), entry.kind.decode(), int(entry.at), data)
