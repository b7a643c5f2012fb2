"""Reads the stream of events as one of a group, at least once.

A group is one subject (inboxes, timelines); its consumers share the work. What one of them had
taken when it died, another takes over.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import uuid4

from graph.changes import Event
from graph.errors import AmityError
from graph.events.retries import Pace
from graph.events.rounds import AWAY, Rounds
from graph.events.stream import STREAM, Entry, decode

log = logging.getLogger("amity.consumer")

BATCH = 200
# Without a kick; a poll that finds nothing costs the cache server a few microseconds.
POLL_SECONDS = 0.05
OBSERVE_SECONDS = 5.0
# Longer than any batch takes: what was taken that long ago belongs to somebody who died.
CLAIM_AFTER_MS = 30_000
# A consumer that has not even asked for so long is no more.
FORGET_AFTER_MS = 3_600_000
ATTEMPTS = 5
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0

Handle = Callable[[Sequence[Event]], Awaitable[None]]


@dataclass(slots=True)
class ConsumerStats:
    consumed: int = 0
    failed: int = 0  # attempts
    dropped: int = 0  # given up: they failed by themselves, again and again
    waiting: int = 0  # as last looked at


class _Taken(NamedTuple):
    id: bytes
    event: Event | None  # None: trimmed, or nothing that we can read


class Consumer:
    """`handle` gets events in the stream's order, again where it failed, and is idempotent."""

    def __init__(
        self,
        ask: Callable[..., Awaitable[Any]],
        group: str,
        handle: Handle,
        batch: int = BATCH,
        poll: float = POLL_SECONDS,
        lost: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`lost` is told when events were trimmed from the stream before this group read them."""
        self.stats = ConsumerStats()
        self._ask = ask
        self._group = group
        self._handle = handle
        self._batch = batch
        self._lost = lost
        self._overrun = False
        self._name = uuid4().hex
        resting = Pace(poll, 0.0, FIRST_PAUSE, LONGEST_PAUSE)
        self._rounds = Rounds(f"consumer of {group}", self._round, resting, log)
        self._observed = float("-inf")

    def kick(self) -> None:
        """There is something new."""
        self._rounds.kick()

    async def start(self) -> None:
        await self._rounds.start()

    async def stop(self) -> None:
        """Ends the batch under way; what it does not end in time is taken up again."""
        await self._rounds.stop()

    async def _round(self) -> bool:
        try:
            await self._observe()
            return await self.turn() >= self._batch
        except AWAY as error:
            if not _says(error, "NOGROUP"):
                raise
            await self._begin()
            return True

    async def turn(self) -> int:
        """One batch: what is new. How many events that were."""
        found = await self._ask(
            *("XREADGROUP", "GROUP", self._group, self._name, "COUNT", self._batch),
            *("STREAMS", STREAM, ">"),
        )
        return await self._work(found[STREAM.encode()] if found else ())

    async def _work(self, entries: Sequence[Any]) -> int:
        taken = [_Taken(id, _event(fields)) for id, fields in entries]
        events = [one.event for one in taken if one.event is not None]
        if events:
            await self._attempt(events)
        if taken:
            await self._ask("XACK", STREAM, self._group, *(one.id for one in taken))
        self.stats.consumed += len(events)
        return len(taken)

    async def _attempt(self, events: Sequence[Event]) -> None:
        """All at once; where that fails, one by one, to find out which of them it is."""
        try:
            await self._patiently(self._handle, events)
        except Exception as error:  # noqa: BLE001 - each is tried alone, and counted there
            self.stats.failed += 1
            if len(events) > 1:
                log.warning("%s events failed together: %s", len(events), type(error).__name__)
                for event in events:
                    await self._attempt([event])
                return
            await self._again(events[0], error)

    async def _again(self, event: Event, error: Exception) -> None:
        for attempt in range(1, ATTEMPTS):
            await asyncio.sleep(FIRST_PAUSE * 2**attempt)
            try:
                await self._patiently(self._handle, [event])
                return
            except Exception as failure:  # noqa: BLE001 - counted, and in the end logged
                self.stats.failed += 1
                error = failure
        self.stats.dropped += 1
        log.error("event %s (%s) is given up", event.id, event.kind, exc_info=error)

    async def _patiently(self, handle: Handle, events: Sequence[Event]) -> None:
        """A server that is away is nobody's fault: it is waited for."""
        pause = FIRST_PAUSE
        while True:
            try:
                await handle(events)
                return
            except AWAY as error:
                log.warning("the consumer of %s waits: %s", self._group, error)
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, 2 * pause)

    async def _begin(self) -> None:
        """A group, from the oldest entry on: the stream was lost, or never was."""
        try:
            await self._ask("XGROUP", "CREATE", STREAM, self._group, "0", "MKSTREAM")
        except AWAY as error:
            if not _says(error, "BUSYGROUP"):
                log.warning("the group %s can't begin yet: %s", self._group, error)
                await asyncio.sleep(FIRST_PAUSE)

    async def _observe(self) -> None:
        """Now and then: how much waits, and what was left by those who died."""
        now = asyncio.get_running_loop().time()
        if now - self._observed < OBSERVE_SECONDS:
            return
        self._observed = now
        claimed = await self._ask(
            *("XAUTOCLAIM", STREAM, self._group, self._name, CLAIM_AFTER_MS, "0-0"),
            *("COUNT", self._batch),
        )
        await self._work(claimed[1])
        for group in await self._ask("XINFO", "GROUPS", STREAM):
            if group[b"name"].decode() == self._group:
                await self._look_at(int(group[b"lag"] or 0), int(group[b"pending"]))
        for other in await self._ask("XINFO", "CONSUMERS", STREAM, self._group):
            if not other[b"pending"] and other[b"idle"] > FORGET_AFTER_MS:
                await self._ask("XGROUP", "DELCONSUMER", STREAM, self._group, other[b"name"])

    async def _look_at(self, lag: int, pending: int) -> None:
        """More to read than there is: the rest was trimmed."""
        self.stats.waiting = lag + pending
        overrun = lag > await self._ask("XLEN", STREAM)
        if overrun and not self._overrun:
            log.error("the group %s fell behind the end of the stream", self._group)
            if self._lost is not None:
                await self._lost()
        self._overrun = overrun


def _event(fields: Sequence[bytes] | None) -> Event | None:
    if not fields:
        return None
    named = dict(zip(fields[::2], fields[1::2], strict=True))
    try:
        return decode(Entry(*(named[name.encode()] for name in Entry._fields)))
    except (KeyError, ValueError):
        log.error("an entry of the stream can't be read")
        return None


def _says(error: AmityError, code: str) -> bool:
    """What the server answered, below our own words for it."""
    return str(error.__cause__ or "").startswith(code)
