"""Committed events reach the stream, whatever is away, slow or poisoned."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from graph.adjacency.touched import Stale, Touched
from graph.changes import Event
from graph.errors import Unavailable
from graph.events.housekeeping import Housekeeping
from graph.events.relay import Relay
from graph.events.retries import Pace
from graph.store import Store
from graph.stores.memory import MemoryStore
from tests.events.relaying import ATTEMPTS, FakeStream, Time, emit, relaying, waiting
from tests.support.acting import StraightReader
from tests.support.cast import T0, cast, link
from tests.support.posting import post
from tests.support.reading import rows

pytestmark = pytest.mark.anyio

DAY = 86_400_000
STALE = Touched(lists=frozenset({Stale("following", 1, None)}))


async def test_events_are_published_in_order_and_leave_the_outbox(store: Store) -> None:
    it = relaying(store)
    for id in (3, 1, 2):
        await emit(store, id)
    await it.relay.sweep()
    assert it.stream.ids == [1, 2, 3]
    assert await waiting(store) == []
    assert it.relay.stats.published == 3


async def test_an_event_nobody_told_us_of_repeats_its_invalidation(store: Store) -> None:
    it = relaying(store)
    await emit(store, 1, touched=STALE.to_json())
    await it.relay.sweep()
    assert it.reader.invalidated == [STALE]


async def test_what_this_process_dropped_itself_is_not_dropped_twice(store: Store) -> None:
    it = relaying(store)
    await emit(store, 1, touched=STALE.to_json())
    it.relay.kick(1)
    await it.relay.sweep()
    assert it.reader.invalidated == []
    assert it.stream.ids == [1]


async def test_events_wait_while_the_cache_is_away(store: Store) -> None:
    it = relaying(store)
    await emit(store, 1, touched=STALE.to_json())
    it.stream.away = True
    for _ in range(ATTEMPTS + 2):
        with pytest.raises(Unavailable):
            await it.relay.sweep()
    assert await waiting(store) == [1]
    it.stream.away = False
    await it.relay.sweep()
    assert it.stream.ids == [1]
    # The invalidation was repeated once, not at every attempt.
    assert it.reader.invalidated == [STALE]


async def test_poisoned_data_is_buried_and_holds_nobody_up(store: Store) -> None:
    it = relaying(store)
    await emit(store, 1, touched={"lists": [["following"]]})
    await emit(store, 2)
    await it.relay.sweep()
    assert it.stream.ids == [2]
    await it.settle(ATTEMPTS)
    assert await waiting(store) == []
    (dead,) = await store.dead_events(10)
    assert (dead.event.id, dead.attempts) == (1, ATTEMPTS)
    assert "ValueError" in dead.error
    assert it.relay.stats.buried == 1


async def test_an_event_that_the_stream_refuses_is_buried_alone(store: Store) -> None:
    it = relaying(store)
    it.stream.refuses = frozenset({2})
    for id in (1, 2, 3):
        await emit(store, id)
    await it.relay.sweep()
    assert it.stream.ids == [1, 3]
    for id in range(4, 4 + ATTEMPTS):
        it.time.now += 3600
        await emit(store, id)
        await it.relay.sweep()
    assert [dead.event.id for dead in await store.dead_events(10)] == [2]


async def test_a_stream_that_refuses_everything_buries_nothing(store: Store) -> None:
    it = relaying(store)
    it.stream.refuses = frozenset({1, 2})
    for id in (1, 2):
        await emit(store, id)
    await it.settle(ATTEMPTS * 2)
    assert await waiting(store) == [1, 2]
    it.stream.refuses = frozenset()
    await it.settle(1)
    assert it.stream.ids == [1, 2]


async def test_a_failed_event_is_held_back_before_its_next_attempt(store: Store) -> None:
    tried: list[int] = []

    async def fail(event: Event) -> None:
        tried.append(event.id)
        raise ValueError("no")

    it = relaying(store, {"long": fail})
    await emit(store, 1, "long")
    for _ in range(5):
        await it.relay.sweep()
        await it.relay.idle()
    assert tried == [1]


async def test_dead_events_can_be_replayed(store: Store) -> None:
    healthy = False

    async def job(event: Event) -> None:
        if not healthy:
            raise ValueError("not today")

    it = relaying(store, {"long": job})
    await emit(store, 1, "long")
    await it.settle(ATTEMPTS)
    (dead,) = await store.dead_events(10)
    assert dead.error == "ValueError: not today"
    healthy = True
    assert await store.replay_events(None) == 1
    await it.settle(1)
    assert it.stream.ids == [1]
    assert await store.dead_events(10) == []


async def test_a_job_that_finds_its_servers_away_is_never_buried(store: Store) -> None:
    async def job(event: Event) -> None:
        raise Unavailable("the graph is away")

    it = relaying(store, {"long": job})
    await emit(store, 1, "long")
    await it.settle(ATTEMPTS * 3)
    assert await waiting(store) == [1]
    assert await store.dead_events(10) == []


async def test_long_jobs_delay_nobody_and_run_once_at_a_time(store: Store) -> None:
    free, runs = asyncio.Event(), 0

    async def job(event: Event) -> None:
        nonlocal runs
        runs += 1
        await free.wait()

    it = relaying(store, {"long": job})
    for id in range(1, 6):
        await emit(store, id, "long")
    for id in range(6, 9):
        await emit(store, id)
        await it.relay.sweep()
    assert it.stream.ids == [6, 7, 8]
    free.set()
    await it.relay.idle()
    assert runs == 5
    assert sorted(it.stream.ids) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert await waiting(store) == []


async def test_several_relays_at_once_lose_nothing(store: Store) -> None:
    one, two = relaying(store), relaying(store)
    for id in range(1, 21):
        await emit(store, id)
    await asyncio.gather(one.relay.sweep(), two.relay.sweep())
    assert sorted({*one.stream.ids, *two.stream.ids}) == list(range(1, 21))
    assert await waiting(store) == []


async def test_a_running_relay_is_woken_sweeps_by_itself_and_stops(store: Store) -> None:
    stream = FakeStream()
    pace = Pace(sweep=0.01, first_pause=0.01, longest_pause=0.01)
    relay = Relay(store, StraightReader(store), stream, {}, pace)  # type: ignore[arg-type]
    await relay.start()
    try:
        await emit(store, 1)
        relay.kick(1)
        await until(lambda: stream.ids == [1])
        stream.away = True
        await emit(store, 2)  # of which nobody tells
        await asyncio.sleep(0.05)
        assert stream.ids == [1]
        stream.away = False
        await until(lambda: relay.stats.published == 2)
        assert stream.ids == [1, 2]
    finally:
        await relay.stop()
    await emit(store, 3)
    await asyncio.sleep(0.05)
    assert await waiting(store) == [3]


async def test_the_backlog_is_looked_at(store: Store) -> None:
    stream = FakeStream(away=True)
    relay = Relay(store, StraightReader(store), stream, {}, Pace(first_pause=0.01))  # type: ignore[arg-type]
    event = await emit(store, 1)
    await relay.start()
    try:
        await until(lambda: relay.stats.backlog.waiting == 1)
        assert relay.stats.lag_ms(event.at + 7) == 7
    finally:
        await relay.stop()


async def test_history_is_pruned_now_and_then_and_the_relay_goes_on(memory: MemoryStore) -> None:
    """Housekeeping that fails is tried again the next time; events do not wait for it."""
    alice, bob, carol, *_ = await cast(memory)
    for other, ended in ((bob, T0), (carol, T0 + 2 * DAY)):
        await link(memory, "FOLLOWED", alice, other, since=T0, ended=ended)
    first = await post(memory, alice)
    for day in (T0 // DAY + 29, T0 // DAY + 31):
        await memory.record_views(bob, [first], day, lambda new: Event(9, "viewed", T0, {}))
    await memory.drop_events([9])
    housekeeping = Housekeeping(memory, lambda: T0 + 31 * DAY, history_days=30)
    time, times = Time(), list[int]()

    async def keep() -> int:
        times.append(len(times))
        if len(times) == 1:
            raise ValueError("a fault")
        return await housekeeping()

    stream, pace = FakeStream(), Pace(sweep=0.01)
    relay = Relay(memory, StraightReader(memory), stream, {}, pace, time, keep)  # type: ignore[arg-type]
    await relay.start()
    try:
        await emit(memory, 1)
        await until(lambda: stream.ids == [1] and len(times) == 1)
        time.now += 3600
        await until(lambda: len(times) == 2)
        time.now += 3599
        await emit(memory, 2)
        await until(lambda: stream.ids == [1, 2])
    finally:
        await relay.stop()
    assert times == [0, 1]
    assert [at for _, _, at in await rows(memory, "FOLLOWED")] == [T0 + 2 * DAY]
    # Marks of views older than yesterday went too; today's still counts as seen.
    assert await memory.prune_views(T0 // DAY + 31, 9) == 0
    assert await memory.prune_views(T0 // DAY + 32, 9) == 1
    assert (await memory.post_counts([first]))[0]["views"] == 2


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - nobody could tell us
            await asyncio.sleep(0.005)
