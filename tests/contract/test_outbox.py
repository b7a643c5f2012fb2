"""Events wait in the graph until they were published."""

from __future__ import annotations

from typing import Any

import pytest

from graph.changes import Emit, Event
from graph.store import Store
from graph.upkeep import Backlog, DeadEvent
from tests.support.cast import T0

pytestmark = pytest.mark.anyio

DATA: dict[str, Any] = {
    "touched": {"lists": [["followers", 7, None], ["following", 8, T0]], "people": []},
    "wide": 2**62 + 1,
    "text": 'é "q" \\ 😀 \n',
    "none": None,
    "yes": True,
    "share": 0.5,
}
WIDE = 2**62 + 7


async def emit(store: Store, *ids: int) -> list[Event]:
    events = [Event(id, "followed", T0 + id % 1000, {**DATA, "n": id}) for id in ids]
    await store.write(tuple(Emit(event) for event in events))
    return events


async def test_events_come_back_whole_and_in_order(store: Store) -> None:
    await emit(store, WIDE, 3, WIDE + 1, 1)
    taken = await store.take_events(10)
    assert [event.id for event in taken] == [1, 3, WIDE, WIDE + 1]
    assert taken[2] == Event(WIDE, "followed", T0 + WIDE % 1000, {**DATA, "n": WIDE})


async def test_taken_events_stay_until_dropped(store: Store) -> None:
    events = await emit(store, 1, 2, 3)
    assert await store.take_events(10) == events
    await store.drop_events([1, 3, 999])
    assert await store.take_events(10) == [events[1]]
    await store.drop_events([2, 2])
    assert await store.take_events(10) == []
    await store.drop_events([])


async def test_no_more_are_taken_than_asked_for(store: Store) -> None:
    await emit(store, *range(1, 30))
    taken = await store.take_events(7)
    assert len(taken) == 7
    assert [event.id for event in taken] == sorted(event.id for event in taken)


async def test_all_are_taken_in_the_end(store: Store) -> None:
    await emit(store, *range(1, 60))
    seen: list[int] = []
    while taken := await store.take_events(16):
        seen += [event.id for event in taken]
        await store.drop_events([event.id for event in taken])
    assert sorted(seen) == list(range(1, 60))


async def test_the_buried_are_out_of_the_way_and_can_be_looked_at(store: Store) -> None:
    one, two = await emit(store, 1, WIDE)
    await store.bury_event(WIDE, 5, "no such consumer: «x»")
    assert await store.take_events(10) == [one]
    assert await store.dead_events(10) == [DeadEvent(two, 5, "no such consumer: «x»")]


async def test_dead_events_are_limited_and_in_order(store: Store) -> None:
    await emit(store, 5, 2, 9)
    for id in (9, 5, 2):
        await store.bury_event(id, 1, "x")
    assert [dead.event.id for dead in await store.dead_events(10)] == [2, 5, 9]
    assert len(await store.dead_events(2)) == 2


async def test_chosen_dead_events_are_replayed(store: Store) -> None:
    events = await emit(store, 1, 2, 3)
    for event in events:
        await store.bury_event(event.id, 1, "x")
    assert await store.replay_events([2, 999]) == 1
    assert await store.take_events(10) == [events[1]]
    assert [dead.event.id for dead in await store.dead_events(10)] == [1, 3]
    assert await store.replay_events([]) == 0
    assert await store.replay_events(None) == 2
    assert await store.take_events(10) == events
    assert await store.dead_events(10) == []
    assert await store.replay_events(None) == 0


async def test_the_backlog_counts_the_waiting_and_the_dead(store: Store) -> None:
    assert await store.backlog() == Backlog(0, None, 0)
    await emit(store, 30, 10, 20)
    assert await store.backlog() == Backlog(3, T0 + 10, 0)
    await store.bury_event(10, 1, "x")
    assert await store.backlog() == Backlog(2, T0 + 20, 1)
    await store.drop_events([20, 30])
    assert await store.backlog() == Backlog(0, None, 1)


async def test_burying_what_is_not_there_changes_nothing(store: Store) -> None:
    await store.bury_event(5, 1, "x")
    assert await store.backlog() == Backlog(0, None, 0)
