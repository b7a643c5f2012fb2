"""Who writes next: those of one process in the order in which they asked.

Servers give a lock to whoever is luckiest, and who waits for one there holds a connection. So
changes of one pair wait for each other here, and writers leave some connections to readers.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    def __init__(self, writers: int) -> None:
        self._slots = asyncio.Semaphore(writers)
        # By the number of the lock in the graph: there are only so many.
        self._pairs: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def turn(self, pair: int | None) -> AsyncIterator[None]:
        """Waits as long as it is let; the pair comes first, so that a queue holds no slots."""
        if pair is None:
            async with self._slots:
                yield
        else:
            async with self._pairs[pair], self._slots:
                yield
