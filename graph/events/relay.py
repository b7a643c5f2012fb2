"""Moves committed events from the graph's outbox to the stream, at least once.

An event's existence is the queue: it is dropped when all that follows from it was done. Several
relays may run at once; whoever consumes is idempotent.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.adjacency.reader import Reader
from graph.adjacency.touched import Touched
from graph.changes import Event
from graph.errors import AmityError
from graph.events.jobs import Job
from graph.events.retries import Pace, Retries
from graph.events.rounds import AWAY, Rounds
from graph.events.stream import Entry, Stream, encode
from graph.upkeep import Backlog, Outbox

log = logging.getLogger("amity.relay")

BATCH = 500
OBSERVE_SECONDS = 5.0
HOUSEKEEPING_SECONDS = 3600.0

Outgoing = tuple[Event, Entry]


@dataclass(slots=True)
class RelayStats:
    published: int = 0
    failed: int = 0  # attempts
    buried: int = 0
    repeated: int = 0  # invalidations that nobody here had done
    backlog: Backlog = field(default_factory=lambda: Backlog(0, None, 0))  # as last looked at

    def lag_ms(self, now: int) -> int:
        """Age of the oldest waiting event."""
        return 0 if self.backlog.oldest_at is None else max(0, now - self.backlog.oldest_at)


class Relay:
    def __init__(
        self,
        store: Outbox,
        reader: Reader,
        stream: Stream,
        jobs: Mapping[str, Job],
        pace: Pace = Pace(),  # noqa: B008 - frozen
        monotonic: Callable[[], float] = time.monotonic,
        housekeeping: Callable[[], Awaitable[int]] | None = None,
        unheard: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.stats = RelayStats()
        self._store = store
        self._reader = reader
        self._stream = stream
        self._jobs = jobs
        self._pace = pace
        self._retries = Retries(pace, monotonic)
        self._monotonic = monotonic
        self._observed = float("-inf")
        self._housekeeping, self._unheard = housekeeping, unheard
        self._kept_house = float("-inf")
        self._keeping_house: asyncio.Task[None] | None = None
        self._rounds = Rounds("relay", self._round, pace, log)
        # Events whose stale lists were dropped after their commit, by this process.
        self._settled: set[int] = set()
        self._running: dict[int, asyncio.Task[None]] = {}

    def kick(self, event: int) -> None:
        """An event was committed, and what it made stale is dropped."""
        self._settled.add(event)
        self._rounds.kick()

    async def start(self) -> None:
        await self._rounds.start()

    async def stop(self) -> None:
        """Ends the sweep under way; what takes longer is taken up again from the outbox."""
        await self._rounds.stop()
        tasks = [*self._running.values(), *filter(None, (self._keeping_house,))]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _round(self) -> bool:
        await self._observe()
        self._keep_house()
        return await self.sweep() >= BATCH

    async def sweep(self) -> int:
        """One pass over what waits; how many events were published."""
        due = await self._take()
        due = await self._settle(due)
        for event in due:
            if event.kind in self._jobs:
                self._running[event.id] = asyncio.create_task(self._work(event))
        return await self._publish([event for event in due if event.kind not in self._jobs])

    async def idle(self) -> None:
        """Until the long jobs that run now have ended."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _take(self) -> list[Event]:
        """What is due. Events that are held back take no place away from others."""
        known, busy = set(self._settled), set(self._running)
        limit = BATCH + len(self._running) + len(self._retries)
        events = await self._store.take_events(limit)
        if len(events) < limit:  # that is all of them: what we know besides is done
            ids = {event.id for event in events}
            self._settled -= known - ids
            self._retries.keep_only(ids | busy)
        return [
            event for event in events if event.id not in busy and not self._retries.holds(event.id)
        ]

    async def _settle(self, events: Sequence[Event]) -> list[Event]:
        """Repeats the invalidation of what another process committed, or one that crashed."""
        stale, sound = Touched(), []
        for event in events:
            try:
                if event.id not in self._settled:
                    stale |= Touched.from_json(event.data["touched"])
                    self.stats.repeated += 1
                sound.append(event)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                await self._failed(event, error)
        if stale != Touched():
            await self._reader.invalidate(stale)
        self._settled.update(event.id for event in sound)
        return sound

    async def _publish(self, events: Sequence[Event]) -> int:
        entries: list[Outgoing] = []
        for event in events:
            try:
                entries.append((event, encode(event)))
            except (TypeError, ValueError, OverflowError) as error:
                await self._failed(event, error)
        sent = await self._send(entries) if entries else []
        if sent:
            await self._store.drop_events(sent)
        for id in sent:
            self._settled.discard(id)
            self._retries.forget(id)
        self.stats.published += len(sent)
        return len(sent)

    async def _send(self, entries: Sequence[Outgoing]) -> list[int]:
        """All at once; where that is refused, one by one, to find out which of them it is."""
        try:
            await self._stream.publish([entry for _, entry in entries])
            return [event.id for event, _ in entries]
        except AWAY:
            raise
        except Exception as error:  # noqa: BLE001 - each is tried alone, and counted there
            log.warning("the stream refused %s events: %s", len(entries), error)
        sent, refused = [], []
        for event, entry in entries:
            try:
                await self._stream.publish([entry])
                sent.append(event.id)
            except AWAY:
                raise
            except Exception as error:  # noqa: BLE001 - counted below
                refused.append((event, error))
        for event, refusal in refused:
            # A stream that takes nothing is at fault itself.
            await self._failed(event, refusal, own_fault=bool(sent))
        return sent

    async def _work(self, event: Event) -> None:
        """A long job, beside the others' way."""
        try:
            await self._jobs[event.kind](event)
            await self._publish([event])
        except AWAY as error:
            self._retries.failed(event.id, own_fault=False)
            log.warning("event %s waits: %s", event.id, error)
        except Exception as error:  # noqa: BLE001 - counted, logged, and in the end buried
            await self._failed(event, error)
        finally:
            del self._running[event.id]

    async def _failed(self, event: Event, error: Exception, *, own_fault: bool = True) -> None:
        self.stats.failed += 1
        attempts = self._retries.failed(event.id, own_fault=own_fault)
        log.error("event %s (%s) failed %s times", event.id, event.kind, attempts, exc_info=error)
        if attempts < self._pace.attempts:
            return
        try:
            await self._store.bury_event(event.id, attempts, f"{type(error).__name__}: {error}")
        except AmityError as away:
            log.warning("event %s can't be buried yet: %s", event.id, away)
            return
        self.stats.buried += 1
        self._retries.forget(event.id)

    def _keep_house(self) -> None:
        """Now and then, beside everything else."""
        now = self._monotonic()
        if self._housekeeping and now - self._kept_house >= HOUSEKEEPING_SECONDS:
            self._kept_house = now
            self._keeping_house = asyncio.create_task(self._clean(self._housekeeping))

    async def _clean(self, housekeeping: Callable[[], Awaitable[int]]) -> None:
        try:
            pruned = await housekeeping()
        except AWAY as error:
            log.warning("housekeeping waits for the next time: %s", error)
        except Exception:
            log.exception("housekeeping failed")
        else:
            log.info("housekeeping: %s edges of history were pruned", pruned)

    async def _observe(self) -> None:
        now = self._monotonic()
        if now - self._observed >= OBSERVE_SECONDS:
            self._observed = now
            self.stats.backlog = await self._store.backlog()
            if self._unheard is not None:
                await self._unheard()
