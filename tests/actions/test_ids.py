"""Ids grow, whatever the clock does, and no two are alike."""

from __future__ import annotations

import asyncio

import pytest

from graph.ids import (
    API_NODES,
    EPOCH_MS,
    LEASE_MS,
    LOADER_NODES,
    ImportIds,
    TimeIds,
    UserIds,
    created_at,
)
from graph.store import Store
from graph.stores.memory import MemoryStore
from tests.support.cast import T0

pytestmark = pytest.mark.anyio


class Stopped:
    """A clock that stands still until it is moved, in either direction."""

    now = T0

    def __call__(self) -> int:
        return self.now


def node_of(id: int) -> int:
    return (id >> 12) & 1023


async def test_ids_grow_while_the_clock_stands_still_or_steps_back(memory: MemoryStore) -> None:
    clock = Stopped()
    ids = TimeIds(memory, clock)
    made = [await ids.new() for _ in range(5_000)]  # more than one millisecond holds
    clock.now -= 10_000
    made += [await ids.new() for _ in range(10)]
    clock.now += 60_000
    made.append(await ids.new())
    assert made == sorted(set(made))
    assert created_at(made[0]) == T0
    assert created_at(made[-1]) == clock.now
    assert all(0 < id < 2**63 for id in made)


async def test_processes_have_nodes_of_their_own(store: Store) -> None:
    clock = Stopped()
    makers = [TimeIds(store, clock) for _ in range(5)]
    made = await asyncio.gather(*[maker.new() for maker in makers for _ in range(20)])
    assert len(set(made)) == 100
    nodes = {node_of(id) for id in made}
    assert len(nodes) == 5
    assert all(API_NODES[0] <= node <= API_NODES[1] for node in nodes)


async def test_a_node_number_that_was_lost_is_not_used_on(memory: MemoryStore) -> None:
    clock = Stopped()
    sleeper = TimeIds(memory, clock)
    first = await sleeper.new()
    clock.now += LEASE_MS + 1
    other = TimeIds(memory, clock)
    taken = await other.new()
    assert node_of(taken) == node_of(first)
    assert node_of(await sleeper.new()) != node_of(first)


async def test_whoever_gets_a_number_later_starts_behind_its_last_id(memory: MemoryStore) -> None:
    clock = Stopped()
    early = TimeIds(memory, clock)
    last = [await early.new() for _ in range(10)][-1]
    clock.now -= 3_600_000  # the next process has a clock that is late
    later = await TimeIds(memory, clock).new()
    assert node_of(later) != node_of(last)


async def test_what_is_imported_carries_its_own_time(memory: MemoryStore) -> None:
    clock = Stopped()
    ids = ImportIds(memory, clock)
    old = await ids.new(T0 - 1_000_000)
    future = await ids.new(T0 + 1_000_000)
    ancient = await ids.new(0)
    assert [created_at(id) for id in (old, future, ancient)] == [T0 - 1_000_000, T0, EPOCH_MS]
    assert LOADER_NODES[0] <= node_of(old) <= LOADER_NODES[1]
    same = [await ids.new(T0 - 5) for _ in range(4_097)]
    assert same == sorted(set(same))
    assert created_at(same[-1]) == T0 - 4


async def test_user_ids_are_dense_and_never_given_twice(store: Store) -> None:
    makers = [UserIds(store, block=3) for _ in range(2)]
    made = await asyncio.gather(*[makers[n % 2].new() for n in range(12)])
    assert len(set(made)) == 12
    assert max(made) - min(made) == 11
