"""A read never outlives a write that it missed: every interleaving, made on purpose."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from graph.adjacency.hot import Hot
from graph.adjacency.link import Link
from graph.adjacency.touched import touched
from graph.changes import Ops, Put
from graph.declaring import Flag, Privacy
from graph.records import Person
from tests.adjacency.gate import Gate
from tests.adjacency.slow import slow_line
from tests.adjacency.village import Village, following_of, until, warm
from tests.support.cast import T0

pytestmark = pytest.mark.anyio


def around(
    monkeypatch: pytest.MonkeyPatch, hot: Hot, method: str, before: bool
) -> tuple[asyncio.Event, asyncio.Event]:
    """Stop the next call of one of the cache's methods, before it is sent or once answered."""
    reached, go_on = asyncio.Event(), asyncio.Event()
    real: Callable[..., Awaitable[Any]] = getattr(hot.cache, method)

    async def stopped(*args: Any) -> Any:
        monkeypatch.setattr(hot.cache, method, real)
        answer = None if before else await real(*args)
        reached.set()
        await go_on.wait()
        return await real(*args) if before else answer

    monkeypatch.setattr(hot.cache, method, stopped)
    return reached, go_on


async def read_while_following(
    village: Village, reached: asyncio.Event, go_on: asyncio.Event, reader: Hot, writer: Hot
) -> None:
    alice, bob = village.people.alice, village.people.bob
    reading = asyncio.create_task(following_of(reader, alice))
    await reached.wait()
    epoch = await village.follow(alice, bob, T0, by=writer)
    assert await following_of(writer, alice) == [bob]
    await reader.catch_up(epoch)
    later = asyncio.create_task(following_of(reader, alice))
    if reader is not writer:
        await asyncio.sleep(0.02)  # whoever asks now must not join the old read
    go_on.set()
    await reading
    assert await later == [bob]
    for hot in (reader, writer):
        for _ in range(3):
            assert await following_of(hot, alice) == [bob]
            await asyncio.sleep(0.01)


STEPS = [(method, before) for method in ("read", "lease", "fill") for before in (True, False)]


@pytest.mark.parametrize("same", [True, False], ids=["own write", "another process"])
@pytest.mark.parametrize(("method", "before"), STEPS)
async def test_a_write_at_each_step_of_a_read(
    village: Village, monkeypatch: pytest.MonkeyPatch, method: str, before: bool, same: bool
) -> None:
    reached, go_on = around(monkeypatch, village.here, method, before)
    writer = village.here if same else village.there
    await read_while_following(village, reached, go_on, village.here, writer)


@pytest.mark.parametrize("same", [True, False], ids=["own write", "another process"])
async def test_a_write_while_the_store_answers(village: Village, store: Gate, same: bool) -> None:
    """The list is read before the write and would be kept after it."""
    held = store.hold("neighbours")
    writer = village.here if same else village.there
    await read_while_following(village, held.read, held.release, village.here, writer)
    assert village.here.tallies.refused == 1


@pytest.mark.parametrize("same", [True, False], ids=["own write", "another process"])
async def test_a_write_while_a_cached_value_is_on_its_way(
    village: Village, monkeypatch: pytest.MonkeyPatch, same: bool
) -> None:
    await following_of(village.there, village.people.alice)
    await until(lambda: bool(village.valkey.client.keys("a:*")))
    reached, go_on = around(monkeypatch, village.here, "read", before=False)
    writer = village.here if same else village.there
    await read_while_following(village, reached, go_on, village.here, writer)


async def test_a_read_under_way_is_not_joined_after_a_write(village: Village, store: Gate) -> None:
    """Nothing is cached yet, and nobody else reads: still everybody is told."""
    alice, bob = village.people.alice, village.people.bob
    held = store.hold("neighbours")
    reading = asyncio.create_task(following_of(village.here, alice))
    await held.read.wait()
    await village.follow(alice, bob, T0, by=village.there)
    await asyncio.sleep(0.05)
    later = asyncio.create_task(following_of(village.here, alice))
    await asyncio.sleep(0.05)
    held.release.set()
    assert (await reading, await later) == ([], [bob])


@pytest.mark.parametrize("same", [True, False], ids=["own write", "another process"])
async def test_the_broadcast_is_late(village: Village, store: Gate, same: bool) -> None:
    """Own writes do not wait for it, and an epoch waits until it has arrived."""
    alice, bob = village.people.alice, village.people.bob
    async with slow_line(village.valkey.url, 0.02) as url:
        far = Hot(store, cache_url=url)
        await far.start()
        for turn in range(10):
            await warm(far, alice)
            do = village.unfollow if turn % 2 else partial(village.follow, since=T0 + turn)
            epoch = await do(alice, bob, by=far if same else village.here)
            await far.catch_up(epoch)
            assert await following_of(far, alice) == ([] if turn % 2 else [bob])
        await far.stop()


async def test_what_was_read_before_an_invalidation_was_sent_is_dropped_after_it(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = village.people.alice, village.people.bob
    await warm(village.here, alice)
    monkeypatch.setattr(Link, "_pushed", lambda *_: None)
    reached, go_on = around(monkeypatch, village.here, "forget", before=True)
    writing = asyncio.create_task(village.follow(alice, bob, T0))
    await reached.wait()
    assert await following_of(village.here, alice) == []  # nobody was told of the write yet
    go_on.set()
    await writing
    assert await following_of(village.here, alice) == [bob]


async def test_another_process_sees_a_write_through_the_broadcast(village: Village) -> None:
    alice, bob = village.people.alice, village.people.bob
    await warm(village.there, alice)
    before = village.there.trips
    assert await following_of(village.there, alice) == []
    assert village.there.trips == before
    await village.follow(alice, bob, T0, by=village.here)
    seen: list[int] = []
    while not seen:
        seen = await following_of(village.there, alice)
    assert seen == [bob]


async def test_whoever_shows_an_epoch_sees_that_write(village: Village) -> None:
    alice, bob = village.people.alice, village.people.bob
    for turn in range(50):
        await following_of(village.there, alice)
        if turn % 2:
            epoch = await village.unfollow(alice, bob)
        else:
            epoch = await village.follow(alice, bob, T0 + turn)
        await village.there.catch_up(epoch)
        assert await following_of(village.there, alice) == ([] if turn % 2 else [bob])


async def test_an_epoch_costs_a_trip_once_and_ones_own_none(village: Village) -> None:
    epoch = await village.follow(village.people.alice, village.people.bob, T0)
    await asyncio.sleep(0.2)  # a few heartbeats
    here, there = village.here.trips, village.there.trips
    for _ in range(3):
        await village.here.catch_up(epoch)
        await village.there.catch_up(epoch)
    assert (village.here.trips, village.there.trips) == (here, there)


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "a.1", "..", "a.1.2.3", "\x00.9.9"])
async def test_an_epoch_that_is_none_changes_nothing(village: Village, text: str) -> None:
    await warm(village.here, village.people.alice)
    await village.here.catch_up(text)
    before = village.here.trips
    await following_of(village.here, village.people.alice)
    assert village.here.trips == before


async def test_a_flush_is_noticed(village: Village) -> None:
    alice, bob = village.people.alice, village.people.bob
    await warm(village.here, alice)
    cleared = village.here.tallies.cleared
    village.valkey.client.flushall()
    await until(lambda: village.here.tallies.cleared > cleared)
    epoch = await village.follow(alice, bob, T0, by=village.there)
    await village.here.catch_up(epoch)
    assert await following_of(village.here, alice) == [bob]


async def test_a_flush_between_lease_and_filling_refuses_it(village: Village, store: Gate) -> None:
    held = store.hold("neighbours")
    reading = asyncio.create_task(following_of(village.here, village.people.alice))
    await held.read.wait()
    village.valkey.client.flushall()
    held.release.set()
    await reading
    await until(lambda: village.here.tallies.refused == 1)
    assert village.valkey.client.keys("a:*:following:*") == []


async def test_cards_counts_flags_and_subjects_follow_their_person(village: Village) -> None:
    alice = village.people.alice

    for _ in range(2):
        assert (await village.there.people([alice]))[0].name == "Alice"  # type: ignore[union-attr]
        assert (await village.there.flags(np.array([alice])))[0] == 0
        assert await village.there.person_of("amity\x1falice") == alice
        assert await village.there.person_of("amity\x1fnew") is None
        await asyncio.sleep(0.01)

    def decide(person: Person | None) -> Ops:
        return (
            Put(
                "User",
                alice,
                {"name": "Al", "privacy": Privacy.PRIVATE, "subjectKey": "amity\x1fnew"},
            ),
        )

    _, ops = await village.store.change_person(alice, decide)
    await village.there.catch_up(await village.here.invalidate(touched(ops)))
    assert (await village.there.people([alice]))[0].name == "Al"  # type: ignore[union-attr]
    assert (await village.there.flags(np.array([alice])))[0] == int(Flag.PRIVATE)
    assert await village.there.person_of("amity\x1fnew") == alice
    await village.follow(alice, village.people.bob, T0, by=village.there)
    assert (await village.there.counts([alice]))[0]["following"] == 1
