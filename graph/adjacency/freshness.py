"""Who has to learn of a write, and when: invalidations, epochs and the graph's generation."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Coroutine, Sequence
from contextvars import Context
from typing import Any, NamedTuple

from graph.adjacency.cache import Cache
from graph.adjacency.fetching import Fetcher
from graph.adjacency.tallies import Tallies
from graph.adjacency.tether import State
from graph.deadline import remaining
from graph.errors import AmityError
from graph.store import Sequences

CHECK_EVERY = 1.0
# An answer to a write does not wait longer for the generation; the raising goes on.
RAISE_WITHIN = 2.0
RETRY_FIRST, RETRY_LAST = 0.05, 1.0
NOWHERE = "-"  # the identity in an epoch of a write that no cache knows of

log = logging.getLogger("amity.cache")


class Epoch(NamedTuple):
    """Opaque to everybody else."""

    identity: str
    number: int
    generation: int

    def __str__(self) -> str:
        return f"{self.identity}.{self.number}.{self.generation}"


def epoch(text: str) -> Epoch | None:
    try:
        identity, number, generation = text.split(".")
        return Epoch(identity, int(number), int(generation))
    except ValueError:
        return None


class Freshness:
    """Listens to the cache's pushes and answers for this process's copy."""

    def __init__(self, store: Sequences, fetcher: Fetcher, tallies: Tallies) -> None:
        self._store = store
        self._fetcher = fetcher
        self._tallies = tallies
        self._cache: Cache | None = None
        self._generation = 0
        self._identity: str | None = None
        self._beat = 0  # the epoch at the last heartbeat
        self._seen = 0  # up to here every push has arrived
        self._own: set[int] = set()  # epochs of our own writes behind `_seen`
        self._raising: asyncio.Task[int] | None = None  # not yet begun
        self._begun: asyncio.Task[int] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        fetcher.on_newer_generation = self._adopt

    def attach(self, cache: Cache) -> None:
        self._cache = cache

    def start(self) -> None:
        self._spawn(self._watch())

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # --- what the cache tells (tether.Listener)

    def forgotten(self, keys: list[bytes] | None) -> None:
        if keys is None:
            self._fetcher.forget_all()
        elif self._cache is not None:
            name = self._cache.name
            self._fetcher.forget([found for key in keys if (found := name(key)) is not None])

    def lost(self) -> None:
        self._fetcher.forget_all()

    async def returning(self, run: str) -> None:
        """Nothing of the cache is read before the generation is known."""
        assert self._cache is not None
        self._fetcher.forget_all()
        self._meet(None, 0)
        self._cache.began(run)
        await self._check()

    def beaten(self, state: State) -> None:
        if state.generation > self._generation:
            self._adopt(state.generation)
        if state.identity != self._identity or state.epoch < self._beat:
            if self._identity is not None:
                self._fetcher.forget_all()
            self._meet(state.identity, state.epoch)
        else:
            # What was counted at the last heartbeat was pushed before the answer to this one.
            self._seen = max(self._seen, self._beat)
            self._own = {number for number in self._own if number > self._seen}
        self._beat = state.epoch

    def newer(self, generation: int) -> None:
        self._adopt(generation)

    def _meet(self, identity: str | None, number: int) -> None:
        self._identity, self._beat, self._seen = identity, number, 0
        self._own.clear()

    # --- writes

    async def invalidate(self, whole: Sequence[bytes], entries: Sequence[tuple[bytes, int]]) -> str:
        self._tallies.invalidations += 1
        self._fetcher.forget(whole)
        # Whoever waits may be cancelled; what was committed has to be told all the same.
        return str(await asyncio.shield(self._spawn(self._tell(whole, entries))))

    async def _tell(self, whole: Sequence[bytes], entries: Sequence[tuple[bytes, int]]) -> Epoch:
        cache = self._cache
        if cache is None:
            return Epoch(NOWHERE, 0, self._generation)
        told = await cache.forget(whole, entries, secrets.token_hex(4))
        if told is None:
            return await self._tell_by_generation()
        # Again, for others in this process may have read it from the cache meanwhile.
        self._fetcher.forget(told.names)
        if told.generation > self._generation:
            self._adopt(told.generation)
        if told.identity == self._identity:
            self._own.add(told.epoch)
        return Epoch(told.identity, told.epoch, self._generation)

    # --- generations

    async def _tell_by_generation(self) -> Epoch:
        """The cache may hold what this write made stale: nobody shall read it any more."""
        self._fetcher.bypass = True
        self._fetcher.forget_all()
        if self._raising is None:
            self._raising = self._spawn(self._raise(self._begun))
        raising = self._raising
        await asyncio.wait([raising], timeout=RAISE_WITHIN)
        known = raising.result() if raising.done() else self._generation + 1
        return Epoch(NOWHERE, 0, known)

    async def _raise(self, before: asyncio.Task[int] | None) -> int:
        """Shared by all who committed before it begins; who commits later needs another."""
        if before is not None:
            await asyncio.wait([before])
        self._begun, self._raising = self._raising, None
        wait = RETRY_FIRST
        while True:
            try:
                generation = await self._store.raise_generation()
                break
            except AmityError as failure:
                log.warning("the generation can't be raised yet: %s", failure.code)
                await asyncio.sleep(wait)
                wait = min(RETRY_LAST, 2 * wait)
        self._tallies.generations += 1
        self._adopt(generation)
        if self._raising is None:
            self._fetcher.bypass = False
        return generation

    def _adopt(self, generation: int) -> None:
        if generation <= self._generation:
            return
        self._generation = generation
        if self._cache is not None:
            self._cache.generation = generation
        self._fetcher.forget_all()

    async def _check(self) -> None:
        self._adopt(await self._store.generation())

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(CHECK_EVERY)
            try:
                await self._check()
            except AmityError as failure:
                # It can't be raised either while the store is away.
                log.debug("the generation can't be read: %s", failure.code)

    # --- epochs

    async def catch_up(self, text: str) -> None:
        shown = epoch(text)
        if shown is None or self._cache is None:
            return
        if shown.generation > self._generation and remaining(1.0) > 0:
            await self._check()
        if shown.identity == NOWHERE or self._knows(shown) or not self._cache.live:
            return
        # The answer comes behind every push of a write that was answered before it was asked.
        state = await self._cache.state()
        if state is None:
            self._fetcher.forget_all()
        elif state.identity == shown.identity == self._identity and shown.number <= state.epoch:
            self._seen = max(self._seen, shown.number)

    def _knows(self, shown: Epoch) -> bool:
        return shown.identity == self._identity and (
            shown.number <= self._seen or shown.number in self._own
        )

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        # An empty context: no caller's deadline ends this.
        task = asyncio.get_running_loop().create_task(work, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
