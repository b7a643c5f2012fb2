"""What reading costs, and that it is what the store says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.adjacency.hot import Hot
from graph.adjacency.local import Local
from graph.adjacency.tether import PATIENCE
from graph.deadline import deadline
from graph.declaring import Flag
from graph.errors import CursorExpired, DeadlineExceeded, Unavailable
from graph.model import CACHED, LIST
from resolvers.snapshots import LIMIT, Snapshots
from tests.adjacency.gate import Gate
from tests.adjacency.valkeys import Valkey
from tests.adjacency.village import Village, following_of, until, whole
from tests.support.cast import T0, crowd
from tests.support.reading import entries

pytestmark = pytest.mark.anyio

Question = Callable[[Hot, int], Awaitable[object]]

QUESTIONS: dict[str, tuple[Question, int, int]] = {
    # the question, trips to the cache when nothing is cached, and to the store
    "lists": (lambda hot, id: hot.lists("following", [id]), 3, 1),
    "sets": (lambda hot, id: hot.sets("friends", [id]), 3, 1),
    "viewer": (lambda hot, id: hot.viewer(id), 6, 4),
    "people": (lambda hot, id: hot.people([id, id + 1, 10**9]), 3, 1),
    "counts": (lambda hot, id: hot.counts([id, id + 1]), 3, 1),
    "flags": (lambda hot, id: hot.flags(np.array([id, id + 1, 10**15])), 3, 1),
    "pieces": (lambda hot, id: whole(hot, "followers", id), 3, 1),
    "subject": (lambda hot, id: hot.person_of("amity\x1falice"), 6, 2),  # and flags
}


@pytest.mark.parametrize("name", QUESTIONS)
async def test_trips(village: Village, name: str) -> None:
    """Cold; out of the cache; out of this process."""
    ask, cold, stored = QUESTIONS[name]
    answers, costs = [], []
    for _ in range(3):
        before = village.here.trips, village.store.trips
        answers.append(str(await ask(village.here, village.people.alice)))
        await asyncio.sleep(0.02)
        costs.append((village.here.trips - before[0], village.store.trips - before[1]))
    one = 2 if name == "subject" else 1
    assert costs == [(cold, stored), (one, 0), (0, 0)]
    assert len(set(answers)) == 1


async def test_a_thousand_readers_ask_the_store_once(village: Village, store: Gate) -> None:
    alice = village.people.alice
    held = store.hold("neighbours")
    readers = [
        asyncio.create_task(following_of(hot, alice))
        for hot in (village.here, village.there)
        for _ in range(500)
    ]
    await held.read.wait()
    await asyncio.sleep(0.02)
    held.release.set()
    assert await asyncio.gather(*readers) == [[]] * 1000
    assert store.calls["neighbours"] == 1


async def test_who_waits_too_long_for_a_lease_asks_the_store(village: Village, store: Gate) -> None:
    alice = village.people.alice
    held = store.hold("neighbours")
    stuck = asyncio.create_task(following_of(village.here, alice))
    await held.read.wait()
    assert await following_of(village.there, alice) == []
    held.release.set()
    await stuck
    assert store.calls["neighbours"] == 2


async def test_many_owners_share_trips(village: Village, store: Gate) -> None:
    people = list(await crowd(store, 3000))
    for _ in range(2):
        before = store.calls["neighbours"]
        await village.here.lists("following", people)
        await asyncio.sleep(0.05)
        trips = village.here.trips
    assert store.calls["neighbours"] == before == 1
    await village.here.lists("following", people)
    assert village.here.trips == trips


async def test_trust_may_end_between_two_who_ask_in_one_turn(village: Village) -> None:
    """They share their trips all the same: what is not here is asked for at once."""
    alice, bob = village.people.alice, village.people.bob
    await asyncio.sleep(0.02)

    async def pause() -> None:
        time.sleep(2 * PATIENCE.trusted_for)  # noqa: ASYNC251 - as when memory is being collected

    before = village.here.trips, village.store.trips
    await asyncio.gather(village.here.counts([alice]), pause(), village.here.counts([bob]))
    await asyncio.sleep(0.02)
    costs = village.here.trips - before[0], village.store.trips - before[1]
    assert costs == QUESTIONS["counts"][1:]


async def test_a_failing_store_fails_the_question_and_nothing_stays(
    village: Village, store: Gate
) -> None:
    store.failing.add("neighbours")
    with pytest.raises(Unavailable):
        await following_of(village.here, village.people.alice)
    store.failing.clear()
    assert await following_of(village.here, village.people.alice) == []


async def test_a_deadline_ends_ones_own_wait_only(village: Village, store: Gate) -> None:
    held = store.hold("neighbours")
    alice = village.people.alice

    async def hurried() -> list[int]:
        with deadline(0.05):
            return await following_of(village.here, alice)

    patient = asyncio.create_task(following_of(village.here, alice))
    with pytest.raises(DeadlineExceeded):
        await hurried()
    held.release.set()
    assert await patient == []


async def test_foreign_values_are_read_anew(village: Village) -> None:
    alice = village.people.alice
    for ask in (
        lambda: village.here.lists("following", [alice]),
        lambda: village.here.people([alice]),
        lambda: village.here.counts([alice]),
        lambda: village.here.flags(np.array([alice])),
        lambda: whole(village.here, "followers", alice),
    ):
        right = str(await ask())
        await asyncio.sleep(0.02)
        for key in village.valkey.client.keys("a:*"):
            village.valkey.client.set(key, b"\x63 from another time")
        await asyncio.sleep(0.02)
        assert str(await ask()) == right


async def test_unknown_and_forged_ids_are_gone(village: Village) -> None:
    ids = np.array([-1, 0, 10**9, 2**32, 2**62, village.people.alice])
    gone = int(Flag.GONE)
    assert (await village.here.flags(ids)).tolist() == [gone, gone, gone, gone, gone, 0]
    assert await village.here.people([10**9]) == [None]


async def test_pairs_of_concurrent_callers_share_a_trip(village: Village, store: Gate) -> None:
    alice, bob, carol, dan, _ = village.people
    await village.follow(alice, bob, T0)
    first, second = await asyncio.gather(
        village.here.pairs(alice, [bob, carol]), village.here.pairs(alice, [bob, dan])
    )
    assert "FOLLOWS" in first[0].out
    assert first[0] == second[0]
    assert store.calls["pairs"] == 1


def test_the_local_copy_is_bounded_and_forgets_the_least_lately_used() -> None:
    local = Local(10_000)
    for at in range(100):
        local.keep(b"%d" % at, at, lambda _: 800)
        local.get(b"0")
        assert local.bytes <= 10_000
    assert local.get(b"0") == 0
    assert local.get(b"1") is None
    assert local.get(b"99") == 99
    local.drop(b"99")
    local.keep(b"huge", 1, lambda _: 20_000)
    assert (len(local), local.bytes) == (0, 0)


async def test_a_process_keeps_no_more_than_it_may(store: Gate, valkey: Valkey) -> None:
    hot = Hot(store, cache_url=valkey.url, local_bytes=100_000)
    await hot.start()
    people = list(await crowd(store, 500))
    for _ in range(3):
        await hot.lists("following", people)
        await asyncio.sleep(0.02)
        assert 0 < hot.local.bytes <= 100_000 or hot.tallies.cache["following"] == 0
    await hot.stop()


@pytest.mark.parametrize("away", [False, True])
async def test_snapshots(village: Village, away: bool) -> None:
    snapshots = Snapshots(village.here.cache)
    if away:
        village.valkey.kill()
        await until(lambda: not village.here.cache.live)  # type: ignore[union-attr]
    key = await snapshots.save(np.arange(2**40, 2**40 + 700))
    assert (await snapshots.load(key)).tolist() == list(range(2**40, 2**40 + LIMIT))
    with pytest.raises(CursorExpired):
        await snapshots.load(key + "x")


# --- two processes at random

PEOPLE = st.integers(0, 4)
STEP = st.one_of(
    st.tuples(st.just("follow"), PEOPLE, PEOPLE, st.booleans()),
    st.tuples(st.just("unfollow"), PEOPLE, PEOPLE, st.booleans()),
    st.tuples(st.just("read"), PEOPLE, PEOPLE, st.booleans()),
    st.tuples(st.sampled_from(["flush", "cut", "generation"]), PEOPLE, PEOPLE, st.booleans()),
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEP, min_size=5, max_size=60))
def test_any_walk_reads_what_the_store_says(valkey: Valkey, steps: list[tuple]) -> None:  # type: ignore[type-arg]
    valkey.client.flushall()
    asyncio.run(walk(valkey, steps))


async def walk(valkey: Valkey, steps: list[tuple]) -> None:  # type: ignore[type-arg]
    from graph.stores.memory import MemoryStore

    async with Village(Gate(MemoryStore()), valkey) as village:
        people = list(village.people)
        for turn, (what, a, b, side) in enumerate(steps):
            hot, other = (village.here, village.there) if side else (village.there, village.here)
            one, two = people[a], people[b]
            if what in ("follow", "unfollow") and one != two:
                do = (
                    village.follow(one, two, T0 + turn, hot)
                    if what == "follow"
                    else (village.unfollow(one, two, hot))
                )
                epoch = await do
                await same(village, hot, one)
                await other.catch_up(epoch)
                await same(village, other, two)
            elif what == "flush":
                valkey.client.flushall()
            elif what == "cut":
                valkey.cut_connections()
            elif what == "generation":
                await village.store.raise_generation()
            else:
                await same(village, hot, one)
        await asyncio.sleep(0.1)
        for hot in (village.here, village.there):
            for one in people:
                await same(village, hot, one)


async def same(village: Village, hot: Hot, person: int) -> None:
    for name in CACHED:
        truth = await village.store.neighbours_page(name, person, 1000)
        assert await whole(hot, name, person) == entries(truth), name
        if not LIST[name].side.huge:
            assert (await hot.sets(name, [person]))[0].tolist() == sorted(truth.ids.tolist())
    counted = (await village.store.counts([person]))[0]
    assert dict((await hot.counts([person]))[0]) == dict(counted)
