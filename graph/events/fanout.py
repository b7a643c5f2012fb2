"""Fan-out: a new post into the timelines of its author's followers.

One turn works off what is small, then one slice of what is large: however many followers an
author has, a friend's post waits for one slice at most. Authors above the threshold are marked
once, and read instead of pushed from then on. Pushing twice does no harm.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import cast

import numpy as np

from graph.adjacency.reader import Reader
from graph.declaring import Flag
from graph.events.queue import LARGE, SMALL, Queue, Queued
from graph.events.retries import Pace
from graph.events.rounds import AWAY, Rounds
from graph.events.underway import FanoutStats, Job, post_of
from graph.records import Ids, Links, Position, PostCard
from graph.timelines.timelines import Timelines

log = logging.getLogger("amity.fanout")

SMALL_AT_ONCE = 64
LARGE_AT_ONCE = 8
# Followers in one slice; an audience of more is large.
SLICE = 2_000
IDLE_SECONDS = 0.05
TAKE_OVER_SECONDS = 1.0
OBSERVE_SECONDS = 5.0


class Fanout:
    def __init__(
        self,
        queue: Queue,
        timelines: Timelines,
        reader: Reader,
        celebrity_followers: int,
        mark: Callable[[int], Awaitable[object]],
        distrust: Callable[[], Awaitable[object]],
        pace: Pace = Pace(),  # noqa: B008 - frozen
        slice_: int = SLICE,
    ) -> None:
        """`mark` makes an author one that is read; `distrust` makes every timeline a cold one."""
        self.stats = FanoutStats()
        self._queue = queue
        self._timelines = timelines
        self._reader = reader
        self._celebrity_followers = celebrity_followers
        self._mark = mark
        self._distrust = distrust
        self._pace = pace
        self._slice = slice_
        self._small: deque[Queued] = deque()  # taken, and not yet done
        self._jobs: deque[Job] = deque()
        self._attempts: Counter[bytes] = Counter()
        # Others queue too, and do not tell.
        resting = replace(pace, sweep=IDLE_SECONDS, gather=0.0)
        self._rounds = Rounds("fan-out", self._round, resting, log)
        self._owed = False  # timelines lack something, and nobody was told yet
        self._took_over = self._observed = float("-inf")

    # --- life

    def kick(self) -> None:
        """Something was queued."""
        self._rounds.kick()

    async def start(self) -> None:
        await self._rounds.start()

    async def stop(self) -> None:
        """What is not done is taken over by others, or later."""
        await self._rounds.stop()

    async def _round(self) -> bool:
        await self._observe()
        return await self.turn()

    # --- one turn

    async def turn(self) -> bool:
        """All that is small, and a slice of what is large; whether there may be more."""
        taken = await self._take()
        if self._owed:
            await self._distrust()
            self._owed = False
        if self._small:
            await self._deliver_small()
        if self._jobs:
            await self._deliver_slice()
        return bool(taken or self._small or self._jobs)

    async def _take(self) -> int:
        """How many entries came."""
        now = time.monotonic()
        take_over = now - self._took_over >= TAKE_OVER_SECONDS
        small, large = SMALL_AT_ONCE - len(self._small), LARGE_AT_ONCE - len(self._jobs)
        taken = await self._queue.take(small, large, take_over=take_over)
        if take_over:
            self._took_over = now
        if taken.lost:
            # Posts may have been in it that no timeline will ever get.
            self.stats.lost += 1
            self._owed = True
        known = {queued.id for queued in self._small} | {job.queued.id for job in self._jobs}
        self._small += [queued for queued in taken.small if queued.id not in known]
        for queued in taken.large:
            if queued.id not in known:
                await self._begin(queued)
        return len(taken.small) + len(taken.large)

    async def _begin(self, queued: Queued) -> None:
        job = Job(queued, post_of(queued), 0)
        self._jobs.append(job.going_on(await self._queue.progress(queued.id)))

    async def _deliver_small(self) -> None:
        batch = list(self._small)
        cards = await self._reader.posts([post_of(queued) for queued in batch])
        authors = [card.author if card else 0 for card in cards]
        flags = await self._reader.flags(np.array(authors, np.int64))
        counts = await self._reader.counts(authors)
        outcomes = await asyncio.gather(
            *(
                self._small_one(queued, card, int(flag), count["followers"])
                for queued, card, flag, count in zip(batch, cards, flags, counts, strict=True)
            ),
            return_exceptions=True,
        )
        await self._settle(SMALL, batch, outcomes)

    async def _small_one(
        self, queued: Queued, card: PostCard | None, flags: int, followers: int
    ) -> bool:
        """True where the entry is done with; it may have been moved."""
        # Whoever is suspended may be restored: their posts go their way, and are hidden when read.
        if card is None or card.gone:
            self.stats.cancelled += 1
        elif flags & Flag.CELEBRITY:
            self.stats.pulled += 1
        elif followers >= self._celebrity_followers:
            # Whoever reads after this knows: nothing is missed between pushing and reading.
            await self._mark(card.author)
            self.stats.pulled += 1
        elif followers > self._slice:
            await self._queue.enlarge(queued)
            return False
        else:
            await self._push_all(card)
        return True

    async def _push_all(self, card: PostCard) -> None:
        async for people in self._followers(card.author, None):
            self.stats.offered += len(people)
            self.stats.pushed += await self._push(card, people.ids)
        self.stats.posts += 1

    async def _deliver_slice(self) -> None:
        """The job that waited longest goes on by one slice."""
        job = self._jobs[0]
        try:
            left = await self._slice_of(job)
        except AWAY:
            raise
        except Exception as error:  # noqa: BLE001 - counted, logged, and in the end buried
            self._jobs.popleft()
            if not await self._failed(LARGE, job.queued, error):
                self._jobs.append(job)
            return
        self._jobs.popleft()
        if left is None:
            await self._queue.done(LARGE, [job.queued.id])
        else:
            await self._queue.step(job.queued.id, left.to_json())
            self._jobs.append(left)

    async def _slice_of(self, job: Job) -> Job | None:
        """What is left to do; None where that was all of it."""
        (card,) = await self._reader.posts([job.post])
        if card is None or card.gone:
            self.stats.cancelled += 1
            return None
        followers = job.followers or (await self._reader.counts([card.author]))[0]["followers"]
        people = await self._some_followers(card.author, job.after)
        pushed = await self._push(card, people.ids)
        self.stats.slices += 1
        self.stats.offered += len(people)
        self.stats.pushed += pushed
        if len(people) < self._slice:
            self.stats.posts += 1
            return None
        return replace(
            job,
            followers=followers,
            after=Position(int(people.at[-1]), int(people.ids[-1])),
            offered=job.offered + len(people),
            pushed=job.pushed + pushed,
        )

    async def _push(self, card: PostCard, people: Ids) -> int:
        return await self._timelines.push(card.created_at, card.id, card.author, people)

    async def _some_followers(self, author: int, after: Position | None) -> Links:
        """The next slice of them."""
        ids: list[Ids] = []
        at: list[Ids] = []
        found = 0
        async with aclosing(self._followers(author, after)) as pieces:
            async for piece in pieces:
                ids.append(piece.ids[: self._slice - found])
                at.append(piece.at[: self._slice - found])
                found += len(ids[-1])
                if found == self._slice:
                    break
        nobody = np.empty(0, np.int64)
        return Links(np.concatenate([nobody, *ids]), np.concatenate([nobody, *at]))

    def _followers(self, author: int, after: Position | None) -> AsyncGenerator[Links, None]:
        pieces = self._reader.pieces("followers", author, after=after)
        return cast("AsyncGenerator[Links, None]", pieces)

    # --- how it went

    async def _settle(
        self, queue: str, batch: Sequence[Queued], outcomes: Sequence[bool | BaseException]
    ) -> None:
        done: list[bytes] = []
        left: list[Queued] = []
        away: BaseException | None = None
        for queued, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, AWAY):
                left.append(queued)
                away = outcome
            elif isinstance(outcome, Exception):
                if not await self._failed(queue, queued, outcome):
                    left.append(queued)
            elif isinstance(outcome, BaseException):
                raise outcome
            elif outcome:
                done.append(queued.id)
        await self._queue.done(queue, done)
        self._small = deque(left)
        if away is not None:
            raise away

    async def _failed(self, queue: str, queued: Queued, error: Exception) -> bool:
        """True where it was tried often enough and is given up."""
        self.stats.failed += 1
        self._attempts[queued.id] += 1
        attempts = self._attempts[queued.id]
        log.error("fan-out of an event failed %s times", attempts, exc_info=error)
        if attempts < self._pace.attempts:
            return False
        # Timelines lack this post now: none is trusted before it was built anew.
        self._owed = True
        await self._queue.bury(queue, queued, f"{type(error).__name__}: {error}")
        self.stats.buried += 1
        del self._attempts[queued.id]
        return True

    async def _observe(self) -> None:
        now = time.monotonic()
        if now - self._observed >= OBSERVE_SECONDS:
            self._observed = now
            self.stats.waiting = await self._queue.waiting()
