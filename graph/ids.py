"""Where new ids come from: dense ones for people, time-ordered ones for everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol
from uuid import uuid4

EPOCH_MS = 946_684_800_000  # 2000-01-01
NODE_BITS = 10
SEQUENCE_BITS = 12
LAST_SEQUENCE = (1 << SEQUENCE_BITS) - 1
API_NODES = (0, 895)
LOADER_NODES = (896, 1023)

# The time of an id lies before the end of the lease it was made under, whatever the clock does.
# Whoever gets the same node number later starts behind that end: no id is made twice.
LEASE_MS = 600_000

USER_BLOCK = 64


class Leases(Protocol):
    async def lease_node(self, first: int, last: int, holder: str, ttl_ms: int, now: int) -> int:
        """As the store's."""
        ...


class Blocks(Protocol):
    async def take_ids(self, count: int) -> int:
        """As the store's."""
        ...


def compose(ms: int, node: int, sequence: int) -> int:
    """41 bits of milliseconds since 2000-01-01, 10 of node, 12 of sequence.

    >>> compose(EPOCH_MS + 1, 2, 3)
    4202499
    """
    return ((ms - EPOCH_MS) << (NODE_BITS + SEQUENCE_BITS)) | (node << SEQUENCE_BITS) | sequence


def created_at(id: int) -> int:
    """The millisecond that a time-ordered id carries.

    >>> created_at(compose(EPOCH_MS + 7, 2, 3)) - EPOCH_MS
    7
    """
    return (id >> (NODE_BITS + SEQUENCE_BITS)) + EPOCH_MS


class NodeNumber:
    """A node number that nobody else has, leased in the graph and renewed when it is used."""

    def __init__(self, store: Leases, nodes: tuple[int, int]) -> None:
        self._store = store
        self._nodes = nodes
        self._holder = uuid4().hex
        self._number = 0
        self._until = 0
        self._renewing = asyncio.Lock()

    async def at(self, now: int) -> int:
        """The number, for an id of this time."""
        if now >= self._until - LEASE_MS // 2:
            async with self._renewing:
                if now >= self._until - LEASE_MS // 2:
                    await self._renew(now)
        return self._number

    async def _renew(self, now: int) -> None:
        first, last = self._nodes
        self._number = await self._store.lease_node(first, last, self._holder, LEASE_MS, now)
        self._until = now + LEASE_MS


class TimeIds:
    """Ids that only grow, also when the clock steps back."""

    def __init__(self, store: Leases, clock: Callable[[], int]) -> None:
        self._node = NodeNumber(store, API_NODES)
        self._clock = clock
        self._last = (0, 0)

    async def new(self) -> int:
        """The next id."""
        ms, sequence = self._last = self._next()
        return compose(ms, await self._node.at(ms), sequence)

    def _next(self) -> tuple[int, int]:
        last_ms, sequence = self._last
        ms = self._clock()
        if ms > last_ms:
            return ms, 0
        if sequence < LAST_SEQUENCE:
            return last_ms, sequence + 1
        return last_ms + 1, 0


class ImportIds:
    """Ids that carry the time of what is imported.

    One object never gives an id twice. Two imports, one after the other, may: imports write under
    the unique key of their kind.
    """

    def __init__(self, store: Leases, clock: Callable[[], int]) -> None:
        self._node = NodeNumber(store, LOADER_NODES)
        self._clock = clock
        self._given: dict[int, int] = {}

    async def new(self, created_ms: int) -> int:
        """An id of this time, never of the future; the next free millisecond where one is full."""
        now = self._clock()
        node = await self._node.at(now)
        ms = max(EPOCH_MS, min(created_ms, now))
        while self._given.get(ms, 0) > LAST_SEQUENCE:
            ms += 1
        sequence = self._given.get(ms, 0)
        self._given[ms] = sequence + 1
        return compose(ms, node, sequence)


class UserIds:
    """Ids of people, from blocks of the graph's sequence."""

    def __init__(self, store: Blocks, block: int = USER_BLOCK) -> None:
        self._store = store
        self._block = block
        self._next = 0
        self._end = 0
        self._taking = asyncio.Lock()

    async def new(self) -> int:
        async with self._taking:
            if self._next == self._end:
                self._next = await self._store.take_ids(self._block)
                self._end = self._next + self._block
            self._next += 1
            return self._next - 1
