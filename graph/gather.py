"""Look-ups of concurrent callers, gathered into one statement.

Whoever asks in one turn of the loop shares a batch. A few batches are in flight at most; what is
asked meanwhile waits for the next and makes it fuller. A caller whose time is up only stops
waiting: the batch goes on for the others, bounded by the store's own limit.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import Generic, TypeVar

from graph.deadline import remaining
from graph.errors import DeadlineExceeded, Unavailable

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Ask(Generic[K, V]):
    keys: Sequence[K]
    answer: asyncio.Future[Mapping[K, V]]


class Gatherer(Generic[K, V]):
    """`fetch` gets distinct keys and answers what it found; `missing` makes the rest."""

    def __init__(
        self,
        fetch: Callable[[list[K]], Awaitable[Mapping[K, V]]],
        missing: Callable[[K], V],
        *,
        max_batch: int = 500,
        in_flight: int = 2,
        timeout: float = 5.0,
    ) -> None:
        self._fetch = fetch
        self._missing = missing
        self._max_batch = max_batch
        self._in_flight = in_flight
        self._timeout = timeout
        self._waiting: deque[_Ask[K, V]] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._scheduled = False
        self._closed = False

    async def many(self, keys: Sequence[K]) -> list[V]:
        """One answer for each key, in order."""
        if not keys:
            return []
        found = await self._ask(keys)
        return [found[key] if key in found else self._missing(key) for key in keys]

    async def close(self) -> None:
        self._closed = True
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._fail(self._waiting, Unavailable("The graph store is being closed."))
        self._waiting.clear()

    async def _ask(self, keys: Sequence[K]) -> Mapping[K, V]:
        if self._closed:
            raise Unavailable("The graph store is closed.")
        loop = asyncio.get_running_loop()
        ask: _Ask[K, V] = _Ask(keys, loop.create_future())
        self._waiting.append(ask)
        self._schedule(loop)
        try:
            async with asyncio.timeout(remaining(self._timeout)):
                return await ask.answer
        except TimeoutError:
            raise DeadlineExceeded("The graph did not answer in time.") from None

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._scheduled and len(self._running) < self._in_flight:
            self._scheduled = True
            loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._scheduled = False
        while self._waiting and len(self._running) < self._in_flight and not self._closed:
            batch = self._take_batch()
            if not batch:
                return
            # An empty context: the deadline of one caller must not end the work of all.
            task = asyncio.get_running_loop().create_task(self._run(batch), context=Context())
            self._running.add(task)
            task.add_done_callback(self._finished)

    def _take_batch(self) -> list[_Ask[K, V]]:
        """What fits into one batch; at least one ask, however long. Nobody waits for the dead."""
        batch: list[_Ask[K, V]] = []
        size = 0
        while self._waiting:
            ask = self._waiting[0]
            if batch and size + len(ask.keys) > self._max_batch:
                break
            self._waiting.popleft()
            if not ask.answer.done():
                batch.append(ask)
                size += len(ask.keys)
        return batch

    async def _run(self, batch: list[_Ask[K, V]]) -> None:
        try:
            found = await self._fetch(list({key: None for ask in batch for key in ask.keys}))
        except asyncio.CancelledError:
            self._fail(batch, Unavailable("The graph store is being closed."))
            raise
        except Exception as error:  # noqa: BLE001 - handed to everyone who waits for it
            self._fail(batch, error)
            return
        for ask in batch:
            if not ask.answer.done():
                ask.answer.set_result(found)

    def _fail(self, batch: Sequence[_Ask[K, V]] | deque[_Ask[K, V]], error: Exception) -> None:
        for ask in batch:
            if not ask.answer.done():
                ask.answer.set_exception(error)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if self._waiting and not self._closed:
            self._schedule(asyncio.get_running_loop())
