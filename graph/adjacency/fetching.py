"""Anything cached, read through this process's copy, the cache and the store.

Whoever asks in one turn of the loop shares the trips. A name that is on its way is in `_flying`;
an invalidation takes it out. What was taken out is still answered to those who asked before, but
nobody joins it any more and nothing of it is kept: so a read never outlives a write it missed.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextvars import Context
from functools import partial
from typing import Any, TypeVar

from graph.adjacency.batch import Batch
from graph.adjacency.cache import Cache
from graph.adjacency.kind import Kind, What
from graph.adjacency.local import Local
from graph.adjacency.tallies import Tallies
from graph.deadline import deadline, remaining
from graph.errors import DeadlineExceeded, Unavailable

I = TypeVar("I")  # noqa: E741
V = TypeVar("V")

PATIENCE = 5.0
# Who finds a lease taken looks again, and at the end asks the store without keeping the answer.
WAITS = (0.004, 0.008, 0.016, 0.032, 0.064, 0.128)


class Fetcher:
    def __init__(self, local: Local, tallies: Tallies) -> None:
        self._cache: Cache | None = None
        self._local = local
        self._tallies = tallies
        self._flying: dict[bytes, Batch] = {}
        self._open: Batch | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        # While an invalidation is owed, the cache is not asked.
        self.bypass = False
        self.on_newer_generation: Callable[[int], None] = lambda generation: None

    def attach(self, cache: Cache) -> None:
        self._cache = cache

    async def many(self, kind: Kind[I, V], ids: Iterable[I]) -> list[V]:
        ids = list(ids)
        names = [kind.key(id) for id in ids]
        if (here := self._here(names)) is not None:
            self._tallies.local[kind.name] += len(here)
            return here
        found = await self.ask({name: (kind, id) for name, id in zip(names, ids, strict=True)})
        return [found[name] for name in names]

    async def ask(self, wanted: Mapping[bytes, What]) -> dict[bytes, Any]:
        """Things of any kinds, by name."""
        names = list(wanted)
        if (here := self._here(names)) is not None:
            for kind, _ in wanted.values():
                self._tallies.local[kind.name] += 1
            return dict(zip(names, here, strict=True))
        return await self._ask(wanted)

    async def _ask(self, wanted: Mapping[bytes, What]) -> dict[bytes, Any]:
        early = {} if self._fresh else self._absent(wanted)
        # At once: trust may end between two of one turn, and they share their trips all the same.
        began = self._begin(early, join=False)
        trusted = len(early) < len(wanted) and await self._trusted()
        found: dict[bytes, Any] = {}
        missing: dict[bytes, What] = {}
        for name, what in wanted.items():
            if name in early:
                continue
            value = self._local.get(name) if trusted else None
            if value is None:
                missing[name] = what
            else:
                found[name] = value
                self._tallies.local[what[0].name] += 1
        if early or missing:
            began |= self._begin(missing, trusted)
            found.update(await self._answers(began, early | missing, trusted))
        return found

    def _absent(self, wanted: Mapping[bytes, What]) -> dict[bytes, What]:
        """What has to be asked for whether or not this process's copy may be trusted."""
        return {
            name: what
            for name, what in wanted.items()
            if self._flying.get(name) in (None, self._open) and self._local.get(name) is None
        }

    def one_here(self, kind: Kind[I, V], id: I) -> V | None:
        found = self._here((kind.key(id),))
        if found is None:
            return None
        self._tallies.local[kind.name] += 1
        value: V = found[0]
        return value

    def _here(self, names: Sequence[bytes]) -> list[Any] | None:
        """The values where this process holds every one of them, and may trust its copy."""
        if not self._fresh:
            return None
        return self._local.all_of(names)

    # --- invalidation

    def forget(self, names: Iterable[bytes]) -> None:
        for name in names:
            self._flying.pop(name, None)
            self._local.drop(name)

    def forget_all(self) -> None:
        self._flying.clear()
        self._local.clear()
        self._tallies.cleared += 1

    async def close(self) -> None:
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- one caller

    @property
    def _fresh(self) -> bool:
        cache = self._cache
        return cache is not None and not self.bypass and cache.fresh

    async def _trusted(self) -> bool:
        cache = self._cache
        return cache is not None and not self.bypass and (cache.fresh or await cache.settle())

    async def _answers(
        self, began: Mapping[bytes, Batch], wanted: dict[bytes, What], joined: bool
    ) -> dict[bytes, Any]:
        try:
            async with asyncio.timeout(remaining(PATIENCE)):
                return {name: await batch.value(name) for name, batch in began.items()}
        except TimeoutError:
            raise DeadlineExceeded("The graph did not answer in time.") from None
        except DeadlineExceeded:
            # Somebody else's time was up, in a batch that we joined.
            if not joined or remaining(PATIENCE) <= 0:
                raise
            return await self._answers(self._begin(wanted, join=False), wanted, joined=False)

    def _begin(self, missing: dict[bytes, What], join: bool) -> dict[bytes, Batch]:
        if missing and self._closed:
            raise Unavailable("The adjacency cache is closed.")
        until = asyncio.get_running_loop().time() + remaining(PATIENCE)
        began = {}
        for name, what in missing.items():
            batch = self._flying.get(name) if join else None
            if batch is None:
                batch = self._opened(until)
                batch.wanted[name] = what
                batch.until = max(batch.until, until)
                self._flying[name] = batch
            began[name] = batch
        return began

    def _opened(self, until: float) -> Batch:
        if self._open is None:
            loop = asyncio.get_running_loop()
            self._open = Batch({}, loop.create_future(), until)
            # A turn later: who waited for the same thing before asks in that turn.
            loop.call_soon(loop.call_soon, self._flush)
        return self._open

    def _flush(self) -> None:
        batch, self._open = self._open, None
        assert batch is not None
        if self._closed:
            batch.fail(Unavailable("The adjacency cache is closed."))
        else:
            self._spawn(batch, self._run(batch))

    # --- one batch

    def _spawn(self, batch: Batch, work: Coroutine[Any, Any, None]) -> None:
        # An empty context: the deadline of one caller must not end the work of all.
        task = asyncio.get_running_loop().create_task(self._finish(batch, work), context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(self, batch: Batch, work: Coroutine[Any, Any, None]) -> None:
        try:
            left = batch.until - asyncio.get_running_loop().time()
            with deadline(left):
                await work
        except asyncio.CancelledError:
            batch.fail(Unavailable("The adjacency cache is being closed."))
            raise
        except Exception as error:  # noqa: BLE001 - handed to everyone who waits for it
            batch.fail(error)
        finally:
            for name in batch.wanted:
                if self._flying.get(name) is batch:
                    del self._flying[name]

    def _pass_on(
        self,
        batch: Batch,
        names: Sequence[bytes],
        work: Callable[[Batch], Coroutine[Any, Any, None]],
    ) -> None:
        if not names:
            return
        wanted = {name: batch.wanted[name] for name in names}
        next_ = Batch(wanted, asyncio.get_running_loop().create_future(), batch.until)
        for name in names:
            batch.moved[name] = next_
            if self._flying.get(name) is batch:
                self._flying[name] = next_
        self._spawn(next_, work(next_))

    async def _run(self, batch: Batch) -> None:
        names = list(batch.wanted)
        cache = self._cache
        usable = cache is not None and cache.live and not self.bypass
        replies = await cache.read(names) if cache is not None and usable else None
        if replies is None:
            self._load_all(batch, names, None)
        else:
            self._take(batch, dict(zip(names, replies, strict=True)))
            missing = [name for name in names if name not in batch.values]
            self._pass_on(batch, missing, partial(self._lease, attempt=0))
        batch.answer()

    def _take(self, batch: Batch, replies: Mapping[bytes, bytes | None]) -> None:
        """Values from the cache, kept here where nobody changed them since they were asked for."""
        for kind, names in batch.by_kind(replies):
            there = [(name, data) for name in names if (data := replies[name]) is not None]
            values = kind.unpack([data for _, data in there])
            for (name, _), value in zip(there, values, strict=True):
                if value is None:
                    continue
                batch.values[name] = value
                self._tallies.cache[kind.name] += 1
                if self._flying.get(name) is batch:
                    self._local.keep(name, value, kind.size)

    async def _lease(self, batch: Batch, attempt: int) -> None:
        assert self._cache is not None
        names = list(batch.wanted)
        token, stem = secrets.token_hex(8), self._cache.stem
        leases = await self._cache.lease(names, token)
        if leases is None or len(leases.found) != len(names):
            if leases is not None:
                self.on_newer_generation(leases.generation)
            self._load_all(batch, names, None)
            batch.answer()
            return
        found = dict(zip(names, leases.found, strict=True))
        self._take(batch, {n: data for n, data in found.items() if isinstance(data, bytes)})
        granted = [name for name, data in found.items() if data is True]
        # A value that can't be read is not waited for.
        foreign = [
            n for n, data in found.items() if isinstance(data, bytes) and n not in batch.values
        ]
        self._load_all(batch, granted, (stem, token))
        self._load_all(batch, foreign, None)
        taken = [name for name, data in found.items() if data is False]
        if taken and attempt < len(WAITS):
            self._pass_on(batch, taken, partial(self._look_again, attempt=attempt))
        else:
            self._load_all(batch, taken, None)
        batch.answer()

    async def _look_again(self, batch: Batch, attempt: int) -> None:
        await asyncio.sleep(WAITS[attempt])
        await self._lease(batch, attempt + 1)

    def _load_all(
        self, batch: Batch, names: Sequence[bytes], lease: tuple[str, str] | None
    ) -> None:
        """Each kind by itself: none waits for a slower one."""
        for kind, members in batch.by_kind(names):
            self._pass_on(batch, members, partial(self._load, kind=kind, lease=lease))

    async def _load(
        self, batch: Batch, kind: Kind[Any, Any], lease: tuple[str, str] | None
    ) -> None:
        values = await kind.load([id for _, id in batch.wanted.values()])
        batch.values = dict(zip(batch.wanted, values, strict=True))
        self._tallies.store[kind.name] += len(values)
        # Who waits need not wait until it is kept.
        batch.answer()
        if lease is not None and self._cache is not None:
            stem, token = lease
            fillings = [kind.pack(id, batch.values[name]) for name, (_, id) in batch.wanted.items()]
            kept = await self._cache.fill(stem, token, fillings)
            self._tallies.refused += len(fillings) - (kept or 0)
