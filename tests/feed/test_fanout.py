"""Workers: small before large, slice by slice, again after a crash, and never for nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from graph.errors import Unavailable
from graph.events.fanout import Fanout
from graph.events.queue import JOBS, LARGE, SMALL, Queue
from graph.events.retries import Pace
from graph.records import Ids
from graph.stores.memory import MemoryStore
from graph.timelines.timelines import Timeline, Timelines
from tests.feed.running import Running, a_cast, running
from tests.support.cast import crowd, follow
from tests.support.living import flush

pytestmark = [pytest.mark.anyio, pytest.mark.server("cache")]

FANS = 7  # of whoever has a large audience here: slices are of two


@pytest.fixture
async def it(cache_url: str) -> Any:
    await flush(cache_url)
    async with running(MemoryStore(), cache_url, celebrity=100, abandoned_ms=1) as it:
        yield it


class Worker(Fanout):
    """Another process that works off the same queues."""

    def __init__(self, it: Running, timelines: Timelines | None = None, attempts: int = 3) -> None:
        async def distrust() -> None:
            self.distrusted += 1

        self.distrusted = 0
        super().__init__(
            Queue(it.cache, abandoned_ms=1),
            timelines or it.timelines,
            it.reader,
            100,
            it.client.actions.mark_celebrity,
            distrust,
            Pace(attempts=attempts),
            slice_=2,
        )


async def an_audience(it: Running, author: int) -> list[int]:
    fans = list(await crowd(it.store, FANS))
    for at, fan in enumerate(fans):
        await follow(it.store, fan, author, since=1_000 + at)
        await it.timelines.drop(fan)
        await build(it, fan)
    return fans


async def build(it: Running, person: int) -> None:
    from graph.timelines.packing import BEFORE_ALL, nothing_posted
    from graph.timelines.timelines import Lease

    lease = await it.timelines.read(person)
    assert isinstance(lease, Lease)
    await it.timelines.fill(lease, nothing_posted(), BEFORE_ALL)


async def reached(it: Running, people: Sequence[int], post: int) -> list[int]:
    found = []
    for person in people:
        timeline = await it.timelines.read(person)
        assert isinstance(timeline, Timeline)
        if post in timeline.posted.ids.tolist():
            found.append(person)
    return found


async def lengths(it: Running) -> tuple[int, int]:
    return await it.cache.ask("XLEN", SMALL), await it.cache.ask("XLEN", LARGE)


async def test_a_large_audience_is_reached_slice_by_slice_and_a_small_one_in_between(
    it: Running,
) -> None:
    people = await a_cast(it)
    fans = await an_audience(it, people.bob)
    await follow(it.store, people.alice, people.carol)
    await build(it, people.alice)
    big = await it.post(people.bob)
    await it.relay.sweep()
    await it.fanout.turn()  # moved to the large ones
    await it.fanout.turn()  # the first slice
    assert len(await reached(it, fans, big)) == 2
    (job,) = [orjson.loads(one) for one in await it.queue.jobs()]
    assert (job["post"], job["followers"], job["offered"], job["pushed"]) == (big, FANS, 2, 2)
    small = await it.post(people.carol)
    await it.relay.sweep()
    await it.fanout.turn()
    assert await reached(it, [people.alice], small) == [people.alice]
    assert len(await reached(it, fans, big)) == 4
    await it.settle()
    assert await reached(it, fans, big) == fans
    assert await lengths(it) == (0, 0)
    assert await it.queue.jobs() == []
    assert it.fanout.stats.slices == 4


async def test_another_worker_goes_on_where_one_was_killed(it: Running) -> None:
    people = await a_cast(it)
    fans = await an_audience(it, people.bob)
    post = await it.post(people.bob)
    await it.relay.sweep()
    killed = Worker(it)
    for _ in range(3):
        await killed.turn()
    assert len(await reached(it, fans, post)) == 4
    other = Worker(it)
    await asyncio.sleep(0.01)
    while await other.turn():
        pass
    assert await reached(it, fans, post) == fans
    assert other.stats.offered == FANS - 4
    assert await lengths(it) == (0, 0)


async def test_what_a_killed_worker_had_only_taken_is_done_by_another(it: Running) -> None:
    people = await a_cast(it)
    await follow(it.store, people.alice, people.bob)
    await build(it, people.alice)
    post = await it.post(people.bob)
    await it.relay.sweep()
    taken = await Queue(it.cache, abandoned_ms=1).take(10, 0, take_over=False)
    assert len(taken.small) == 1
    await asyncio.sleep(0.01)
    other = Worker(it)
    await other.turn()
    assert await reached(it, [people.alice], post) == [people.alice]


async def test_deleting_the_post_stops_its_fan_out(it: Running) -> None:
    people = await a_cast(it)
    fans = await an_audience(it, people.bob)
    post = await it.post(people.bob)
    await it.relay.sweep()
    await it.fanout.turn()
    await it.fanout.turn()
    await it.client.actions.delete_post(people.bob, post)
    await it.settle()
    assert len(await reached(it, fans, post)) == 2
    assert it.fanout.stats.cancelled == 1
    assert await lengths(it) == (0, 0)


async def test_who_is_suspended_meanwhile_and_restored_is_missed_by_nobody(it: Running) -> None:
    people = await a_cast(it)
    await follow(it.store, people.alice, people.bob)
    await build(it, people.alice)
    post = await it.post(people.bob)
    await it.client.actions.suspend("bob")
    await it.settle()
    assert await it.walk("alice") == []
    assert await reached(it, [people.alice], post) == [people.alice]
    await it.client.actions.restore("bob")
    assert await it.walk("alice") == [post]


async def test_an_event_without_a_post_is_done_with(it: Running) -> None:
    await it.cache.ask("XADD", SMALL, "*", "id", "x", "kind", "posted", "at", "1", "data", "{")
    while await it.fanout.turn():
        pass
    assert await lengths(it) == (0, 0)
    assert it.fanout.stats.cancelled == 1


class Broken(Timelines):
    """Refuses what it is to push, or is away."""

    error: Exception | None = RuntimeError("refused")

    async def push(self, at: int, post: int, author: int, people: Ids) -> int:
        if self.error is not None:
            raise self.error
        return await super().push(at, post, author, people)


def broken(it: Running, error: Exception) -> Broken:
    timelines = Broken(it.cache, it.client.clock, 5)
    timelines.error = error
    return timelines


@pytest.mark.parametrize("large", [False, True])
async def test_what_fails_again_and_again_is_buried_and_no_timeline_is_trusted_after(
    it: Running, large: bool
) -> None:
    people = await a_cast(it)
    if large:
        await an_audience(it, people.bob)
    else:
        await follow(it.store, people.alice, people.bob)
    await it.post(people.bob)
    await it.relay.sweep()
    worker = Worker(it, broken(it, RuntimeError("refused")))
    for _ in range(8):
        await worker.turn()
    assert worker.stats.buried == 1
    assert worker.distrusted == 1
    assert await lengths(it) == (0, 0)
    assert (await it.queue.waiting()).dead == 1


async def test_nothing_is_given_up_while_the_servers_are_away(it: Running) -> None:
    people = await a_cast(it)
    await follow(it.store, people.alice, people.bob)
    await build(it, people.alice)
    post = await it.post(people.bob)
    await it.relay.sweep()
    timelines = broken(it, Unavailable("away"))
    worker = Worker(it, timelines)
    for _ in range(5):
        with pytest.raises(Unavailable):
            await worker.turn()
    timelines.error = None
    await worker.turn()
    assert worker.stats.failed == worker.stats.buried == 0
    assert await reached(it, [people.alice], post) == [people.alice]


async def test_a_lost_queue_makes_every_timeline_a_cold_one(it: Running) -> None:
    people = await a_cast(it)
    await follow(it.store, people.alice, people.bob)
    await it.walk("alice")
    post = await it.post(people.bob)
    await it.relay.sweep()
    await it.cache.ask("DEL", SMALL, LARGE, JOBS)  # as a full server might
    while await it.fanout.turn():
        pass
    assert it.fanout.stats.lost == 2  # the first was when there was none yet
    assert await it.walk("alice") == [post]


async def test_a_worker_at_work_needs_nobody_to_turn_it(it: Running) -> None:
    people = await a_cast(it)
    await follow(it.store, people.alice, people.bob)
    await build(it, people.alice)
    await it.fanout.start()
    await it.relay.start()
    try:
        post = await it.post(people.bob)
        async with asyncio.timeout(10):
            while not await reached(it, [people.alice], post):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
    finally:
        await it.fanout.stop()
        await it.relay.stop()
