"""Ids, node numbers and the generation."""

from __future__ import annotations

import asyncio

import pytest

from graph.errors import AmityError
from graph.store import Store
from graph.stores.memory import MemoryStore

pytestmark = pytest.mark.anyio


async def test_blocks_of_ids_never_overlap(store: Store) -> None:
    sizes = [1, 5, 100, 1, 2] * 4
    firsts = await asyncio.gather(*(store.take_ids(size) for size in sizes))
    taken = [
        id for first, size in zip(firsts, sizes, strict=True) for id in range(first, first + size)
    ]
    assert len(taken) == len(set(taken))
    assert min(taken) >= 1
    assert max(taken) - min(taken) + 1 == len(taken)  # dense


async def test_each_holder_has_a_node_number_of_its_own(store: Store) -> None:
    numbers = await asyncio.gather(
        *(store.lease_node(5, 20, f"holder-{n}", 1000, now=0) for n in range(8))
    )
    assert len(set(numbers)) == 8
    assert all(5 <= number <= 20 for number in numbers)


async def test_a_holder_renews_its_own_number(store: Store) -> None:
    mine = await store.lease_node(0, 1, "me", 1000, now=0)
    other = await store.lease_node(0, 1, "other", 1000, now=0)
    assert mine != other
    assert await store.lease_node(0, 1, "me", 1000, now=900) == mine
    # Renewed until 1900: at 1500 only the other's is free.
    assert await store.lease_node(0, 1, "third", 1000, now=1500) == other


async def test_without_a_free_number_the_lease_fails(store: Store) -> None:
    assert await store.lease_node(3, 3, "me", 1000, now=0) == 3
    with pytest.raises(AmityError):
        await store.lease_node(3, 3, "other", 1000, now=999)
    assert await store.lease_node(3, 3, "other", 1000, now=1001) == 3
    with pytest.raises(AmityError):
        await store.lease_node(3, 3, "me", 1000, now=1002)


async def test_a_range_of_its_own_is_not_disturbed_by_another(store: Store) -> None:
    assert await store.lease_node(0, 0, "api", 1000, now=0) == 0
    assert await store.lease_node(1000, 1000, "loader", 1000, now=0) == 1000


async def test_the_generation_is_raised_once_a_call(store: Store) -> None:
    before = await store.generation()
    raised = await asyncio.gather(*(store.raise_generation() for _ in range(6)))
    assert sorted(raised) == [before + n for n in range(1, 7)]
    assert await store.generation() == before + 6


async def test_a_graph_is_told_from_others_by_a_number_that_stays(store: Store) -> None:
    found = await asyncio.gather(*(store.identity() for _ in range(4)))
    assert len(set(found)) == 1
    await store.wipe()
    assert await store.identity() == found[0]
    assert await MemoryStore().identity() != found[0]
