"""Look-ups of one request, gathered: what is asked in the same moment goes in one trip."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Once(Generic[V]):
    """A value computed when it is first asked for, for everybody who asks.

    The first to ask computes; nothing runs in the background, so a request that is cancelled
    leaves nothing behind.
    """

    __slots__ = ("_future", "_make")

    def __init__(self, make: Callable[[], Awaitable[V]]) -> None:
        self._make = make
        self._future: asyncio.Future[V] | None = None

    @property
    def known(self) -> V | None:
        """The value, if it is there already."""
        future = self._future
        if future is None or not future.done() or future.cancelled() or future.exception():
            return None
        return future.result()

    async def get(self) -> V:
        if self._future is not None:
            return await asyncio.shield(self._future)
        future = self._future = asyncio.get_running_loop().create_future()
        try:
            value = await self._make()
        except asyncio.CancelledError:
            future.cancel()
            raise
        except Exception as error:
            future.set_exception(error)
            future.exception()  # whoever asks later gets it; nobody else has to
            raise
        future.set_result(value)
        return value


class Straight(Generic[K, V]):
    """Look-ups that are gathered further down, with those of other requests."""

    __slots__ = ("many",)

    def __init__(self, load: Callable[[Sequence[K]], Awaitable[Sequence[V]]]) -> None:
        self.many = load

    async def get(self, key: K) -> V:
        return (await self.many((key,)))[0]


class Gather(Generic[K, V]):
    """Collects keys until the loop turns, then loads them all at once.

    It remembers nothing: after a write the next look-up sees the new state.
    """

    __slots__ = ("_limit", "_load", "_tasks", "_waiting")

    def __init__(
        self, load: Callable[[list[K]], Awaitable[Sequence[V]]], limit: int = 10_000
    ) -> None:
        self._load = load
        self._limit = limit
        self._waiting: dict[K, asyncio.Future[V]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def get(self, key: K) -> asyncio.Future[V]:
        found = self._waiting.get(key)
        if found is not None:
            return found
        loop = asyncio.get_running_loop()
        future: asyncio.Future[V] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._start)
        self._waiting[key] = future
        if len(self._waiting) >= self._limit:
            self._start()
        return future

    async def many(self, keys: Sequence[K]) -> list[V]:
        # They come together: after the first, none is waited for.
        asked = [self.get(key) for key in keys]
        return [await future for future in asked]

    def _start(self) -> None:
        if not self._waiting:
            return
        batch, self._waiting = self._waiting, {}
        task = asyncio.get_running_loop().create_task(self._run(batch))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, batch: dict[K, asyncio.Future[V]]) -> None:
        try:
            values = await self._load(list(batch))
        except Exception as error:  # noqa: BLE001 - handed on to everybody who waits
            for future in batch.values():
                if not future.done():
                    future.set_exception(error)
                    future.exception()
            return
        for future, value in zip(batch.values(), values, strict=True):
            if not future.done():
                future.set_result(value)
