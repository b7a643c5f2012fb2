"""Bounded concurrency: what can't be begun soon is refused, before memory grows."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from graph.errors import Unavailable

RETRY_SECONDS = 1


class Gate:
    """At most `running` requests work at once, and at most `waiting` more are held.

    Whoever is inside is counted before a byte of the body is read.
    """

    def __init__(self, running: int, waiting: int, wait_seconds: float) -> None:
        self._running = running
        self._inside_limit = running + waiting
        self._wait_seconds = wait_seconds
        self._queue: deque[asyncio.Future[None]] = deque()
        self.inside = 0
        self.working = 0
        self.shed = 0

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Counts one request in, or raises Unavailable."""
        if self.inside >= self._inside_limit:
            raise self._refuse()
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Waits for a place to work; raises Unavailable when that takes too long."""
        if self.working < self._running and not self._queue:
            self.working += 1
        else:
            await self._wait()
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self) -> None:
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        try:
            async with asyncio.timeout(self._wait_seconds):
                await place
        except BaseException as error:
            if place.done() and not place.cancelled():
                self._pass_on()  # it was ours already
            elif place in self._queue:
                self._queue.remove(place)
            if isinstance(error, TimeoutError):
                raise self._refuse() from None
            raise

    def _pass_on(self) -> None:
        """The place goes to whoever waits longest; else it is free."""
        while self._queue:
            place = self._queue.popleft()
            if not place.done():
                place.set_result(None)
                return
        self.working -= 1

    def _refuse(self) -> Unavailable:
        self.shed += 1
        return Unavailable("Too many requests at once; try again shortly.", RETRY_SECONDS)
