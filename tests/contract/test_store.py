"""The store itself: opening, wiping, deadlines, and how often it was asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from graph.changes import Emit, Event
from graph.deadline import deadline
from graph.errors import AmityError, DeadlineExceeded, NotSupported
from graph.store import Capability, Store
from graph.upkeep import Backlog
from tests.support.cast import T0, cast, follow
from tests.support.deciding import following
from tests.support.reading import rows

pytestmark = pytest.mark.anyio


async def test_it_answers_and_can_be_migrated_again(store: Store) -> None:
    await store.ping()
    alice, bob, *_ = await cast(store)
    await follow(store, alice, bob)
    await store.migrate()
    assert (await store.counts([alice]))[0]["following"] == 1


async def test_wiping_leaves_nothing_and_works_on(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    await follow(store, alice, bob)
    await store.write((Emit(Event(1, "followed", T0, {})), Emit(Event(2, "followed", T0, {}))))
    await store.bury_event(2, 1, "x")
    await store.wipe()
    assert await store.people([alice, bob]) == [None, None]
    assert await store.find_people("usernameKey", ["alice"]) == [None]
    assert await rows(store, "FOLLOWS") == []
    assert await store.backlog() == Backlog(0, None, 0)
    assert await store.scan_people(0, 5) == []
    alice, bob, *_ = await cast(store)
    await store.change_pair(alice, bob, following(alice, bob))
    assert (await store.counts([bob]))[0]["followers"] == 1


async def test_what_was_handed_out_does_not_come_again_after_a_wipe(store: Store) -> None:
    last = await store.take_ids(3) + 2
    generation = await store.raise_generation()
    await store.wipe()
    assert await store.take_ids(1) > last
    assert await store.generation() >= generation


READS: list[Callable[[Store], Awaitable[object]]] = [
    lambda store: store.people([1]),
    lambda store: store.counts([1]),
    lambda store: store.flags(1, 10),
    lambda store: store.find_people("usernameKey", ["alice"]),
    lambda store: store.find_external("1"),
    lambda store: store.interests(1),
    lambda store: store.neighbours("following", [1]),
    lambda store: store.neighbours("friends", [1]),
    lambda store: store.neighbours_page("followers", 1, 5),
    lambda store: store.neighbours_page("following", 1, 5),
    lambda store: store.pairs(1, [2]),
    lambda store: store.linked("FOLLOWS", [1], 2),
    lambda store: store.generation(),
    lambda store: store.take_events(1),
    lambda store: store.backlog(),
    lambda store: store.scan_people(0, 1),
    lambda store: store.true_counts([1]),
    lambda store: store.doubled([1]),
    lambda store: store.unkeyed_shares([1]),
    lambda store: rows(store, "FOLLOWS"),
]


@pytest.mark.parametrize("read", READS)
async def test_a_read_whose_time_is_up_says_so(
    store: Store, read: Callable[[Store], Awaitable[object]]
) -> None:
    with deadline(0), pytest.raises(DeadlineExceeded):
        await read(store)
    await read(store)  # and the store is as good as before


async def test_a_write_whose_time_is_up_writes_nothing(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    with deadline(0), pytest.raises(DeadlineExceeded):
        await store.change_pair(alice, bob, following(alice, bob))
    assert await rows(store, "FOLLOWS") == []


async def test_a_question_that_takes_too_long_is_ended(store: Store) -> None:
    if Capability.CYPHER not in store.capabilities:
        with pytest.raises(NotSupported):
            await store.cypher("RETURN 1 AS one", {})
        return
    endless = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(a + b) AS n"
    with deadline(0.3), pytest.raises(DeadlineExceeded):
        await store.cypher(endless, {})
    assert await store.cypher("RETURN $x AS one", {"x": 1}) == [{"one": 1}]


async def test_a_broken_question_is_an_error_of_ours(store: Store) -> None:
    with pytest.raises(AmityError) as raised:
        await store.cypher("THIS IS NOT CYPHER", {})
    assert "THIS IS" not in raised.value.message


ONE_TRIP: list[Callable[[Store], Awaitable[object]]] = [
    lambda store: store.people([1, 2, 3]),
    lambda store: store.counts([1, 2, 3]),
    lambda store: store.flags(0, 4096),
    lambda store: store.find_people("usernameKey", ["alice", "bob"]),
    lambda store: store.neighbours("following", [1, 2, 3]),
    lambda store: store.neighbours("friends", [1, 2, 3]),
    lambda store: store.neighbours_page("followers", 1, 20),
    lambda store: store.pairs(1, [2, 3]),
    lambda store: store.linked("FOLLOWS", [1, 2], 3),
]


@pytest.mark.parametrize("read", ONE_TRIP)
async def test_a_read_is_one_trip_however_many_it_is_about(
    store: Store, read: Callable[[Store], Awaitable[object]]
) -> None:
    await cast(store)
    before = store.trips
    await read(store)
    assert store.trips == before + 1
