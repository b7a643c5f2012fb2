"""Whose turn it is: few questions of analysts run at once, and few of one analyst."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from graph.errors import RateLimited, Unavailable

RETRY_SECONDS = 5


@dataclass(slots=True)
class Turns:
    running: int  # at once, in this process
    each: int  # of one analyst
    waiting: int  # of one analyst, and ten times as many in all
    seconds: float  # how long one waits at most
    _now: Counter[str] = field(default_factory=Counter)
    _queue: deque[tuple[str, asyncio.Future[None]]] = field(default_factory=deque)

    @asynccontextmanager
    async def turn(self, who: str) -> AsyncIterator[None]:
        if self._may(who) and not any(self._may(other) for other, _ in self._queue):
            self._now[who] += 1
        else:
            await self._wait(who)
        try:
            yield
        finally:
            self._now -= Counter({who: 1})
            self._pass_on()

    @property
    def busy(self) -> int:
        return self._now.total()

    @property
    def held(self) -> int:
        return len(self._queue)

    def _may(self, who: str) -> bool:
        return self._now.total() < self.running and self._now[who] < self.each

    async def _wait(self, who: str) -> None:
        if sum(other == who for other, _ in self._queue) >= self.waiting:
            raise RateLimited("Too many of your questions wait already.", RETRY_SECONDS)
        if len(self._queue) >= self.waiting * 10:
            raise Unavailable("Too many questions wait already.", RETRY_SECONDS)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (who, place)
        self._queue.append(entry)
        try:
            async with asyncio.timeout(self.seconds):
                await place
        except BaseException as error:
            if place.done() and not place.cancelled():
                self._now -= Counter({who: 1})  # it was ours already
            elif entry in self._queue:
                self._queue.remove(entry)
            self._pass_on()
            if isinstance(error, TimeoutError):
                raise Unavailable(
                    f"No turn came within {self.seconds:g} s; try again later.", RETRY_SECONDS
                ) from None
            raise

    def _pass_on(self) -> None:
        """To whoever waits longest and may."""
        for entry in list(self._queue):
            who, place = entry
            if place.done():
                self._queue.remove(entry)
            elif self._may(who):
                self._queue.remove(entry)
                self._now[who] += 1
                place.set_result(None)
