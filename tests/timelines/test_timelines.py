"""Timelines on a real cache server: pushed where they are, trusted when they are whole."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass

import numpy as np
import pytest

from graph.adjacency.cache import Cache
from graph.adjacency.hot import Hot
from graph.records import Position, Posted
from graph.stores.memory import MemoryStore
from graph.timelines.packing import BEFORE_ALL, newest_first
from graph.timelines.timelines import Lease, Timeline, Timelines
from tests.adjacency.valkeys import a_valkey
from tests.support.living import flush, hot

pytestmark = [pytest.mark.anyio, pytest.mark.server("cache")]

ALICE, BOB, CAROL = 1, 2, 70_000
NOW = 1_000


@dataclass
class Wall:
    """Two processes that read and push."""

    here: Timelines
    there: Timelines
    reader: Hot
    store: MemoryStore

    @property
    def cache(self) -> Cache:
        assert self.reader.cache is not None
        return self.reader.cache

    async def push(self, post: int, *people: int, by: Timelines | None = None) -> int:
        return await (by or self.here).push(post, post, 9, np.array(people, np.int64))

    async def lease(self, person: int) -> Lease:
        found = await self.here.read(person)
        assert isinstance(found, Lease)
        return found

    async def built(self, person: int, *posts: int, floor: Position = BEFORE_ALL) -> None:
        assert await self.here.fill(await self.lease(person), posted(*posts), floor)

    async def timeline(self, person: int) -> Timeline:
        found = await self.here.read(person)
        assert isinstance(found, Timeline)
        return found

    async def ids(self, person: int) -> list[int]:
        return (await self.timeline(person)).posted.ids.tolist()


def posted(*posts: int) -> Posted:
    """Posts whose time is their id, newest first."""
    ids = np.array(sorted(posts, reverse=True), np.int64)
    return Posted(ids, ids, np.full(len(ids), 9))


@pytest.fixture
async def wall(cache_url: str) -> AsyncIterator[Wall]:
    await flush(cache_url)
    store = MemoryStore()
    async with hot(store, cache_url) as here, hot(store, cache_url) as there:
        yield Wall(
            Timelines(here.cache, lambda: NOW, longest=5),
            Timelines(there.cache, lambda: NOW, longest=5),
            here,
            store,
        )


async def test_a_push_makes_no_timeline(wall: Wall) -> None:
    assert await wall.push(1, ALICE, BOB) == 0
    assert isinstance(await wall.here.read(ALICE), Lease)


async def test_what_is_begun_is_neither_read_nor_begun_again(wall: Wall) -> None:
    await wall.lease(ALICE)
    assert await wall.here.read(ALICE) is None
    assert await wall.there.read(ALICE) is None
    await wall.push(3, ALICE)
    assert await wall.there.read(ALICE) is None


async def test_what_is_pushed_while_it_is_built_is_not_missed(wall: Wall) -> None:
    lease = await wall.lease(ALICE)
    assert await wall.push(7, ALICE, by=wall.there) == 1
    assert await wall.here.fill(lease, posted(5, 2), BEFORE_ALL)
    assert await wall.ids(ALICE) == [7, 5, 2]


async def test_pushes_reach_whoever_has_a_timeline_each_post_once(wall: Wall) -> None:
    await wall.built(ALICE, 1)
    await wall.built(CAROL)
    for _ in range(2):
        assert await wall.push(2, ALICE, BOB, CAROL) == 2
    assert await wall.ids(ALICE) == [2, 1]
    assert await wall.ids(CAROL) == [2]
    assert (await wall.timeline(ALICE)).built_at == NOW


async def test_only_who_holds_the_lease_fills(wall: Wall) -> None:
    lease = await wall.lease(ALICE)
    await wall.here.drop(ALICE)
    assert not await wall.here.fill(lease, posted(1), BEFORE_ALL)
    second = await wall.lease(ALICE)
    assert not await wall.here.fill(lease, posted(1), BEFORE_ALL)
    assert await wall.here.fill(second, posted(2), BEFORE_ALL)
    assert await wall.ids(ALICE) == [2]


async def test_a_cut_says_down_to_where_nothing_is_missing(wall: Wall) -> None:
    await wall.built(ALICE, 1, 2, 3)
    for post in (4, 5):
        await wall.push(post, ALICE)
    assert (await wall.timeline(ALICE)).floor == BEFORE_ALL
    await wall.push(6, ALICE)
    assert (await wall.timeline(ALICE)).floor == Position(1, 1)
    # An old post that comes late stands on top; what it pushes out is newer.
    await wall.push(0, ALICE)
    found = await wall.timeline(ALICE)
    assert found.posted.ids.tolist() == [6, 5, 4, 3, 0]
    assert found.floor == Position(2, 2)


async def test_more_than_there_is_room_for_is_cut_when_it_is_filled(wall: Wall) -> None:
    lease = await wall.lease(ALICE)
    for post in range(20, 28):
        await wall.push(post, ALICE)
    await wall.here.fill(lease, posted(12, 11, 10), Position(9, 9))
    found = await wall.timeline(ALICE)
    assert found.posted.ids.tolist() == [27, 26, 25, 24, 23]
    assert found.floor == Position(22, 22)


async def test_a_flushed_timeline_is_cold_again(wall: Wall, cache_url: str) -> None:
    await wall.built(ALICE, 1)
    await flush(cache_url)
    assert await wall.push(2, ALICE) == 0
    assert isinstance(await wall.here.read(ALICE), Lease)


async def test_a_new_generation_begins_with_cold_timelines_for_everybody(wall: Wall) -> None:
    await wall.built(ALICE, 1)
    await wall.built(BOB, 1)
    wall.cache.adopt(await wall.store.raise_generation())
    await wall.built(ALICE, 2)
    # The other process has not heard of it: it pushes where it is read, not where it was.
    assert await wall.push(3, ALICE, BOB, by=wall.there) == 1
    assert await wall.ids(ALICE) == [3, 2]
    assert isinstance(await wall.there.read(BOB), Lease)


async def test_without_a_cache_the_graph_answers() -> None:
    assert await Timelines(None, lambda: NOW).read(ALICE) is None


async def test_a_server_that_came_back_has_no_timelines(wall: Wall) -> None:
    with a_valkey() as valkey:
        async with hot(wall.store, valkey.url) as reader:
            timelines = Timelines(reader.cache, lambda: NOW)
            assert isinstance(await timelines.read(ALICE), Lease)
            valkey.kill()
            assert await timelines.read(ALICE) is None


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_happens_nothing_above_the_floor_is_missing(wall: Wall, seed: int) -> None:
    dice = random.Random(seed)
    history: list[int] = []
    lease: Lease | None = None
    asked: list[int] = []
    for _ in range(60):
        match dice.choice(("post", "post", "post", "late", "ask", "fill", "drop", "read")):
            case "post":
                history.append(len(history) + 100)
                await wall.push(history[-1], ALICE)
            case "late" if history:  # once more, long after
                await wall.push(dice.choice(history), ALICE)
            case "ask" if lease is None:
                found = await wall.here.read(ALICE)
                lease, asked = (found, list(history)) if isinstance(found, Lease) else (None, [])
            case "fill" if lease is not None:
                newest = sorted(asked, reverse=True)
                floor = Position(newest[3], newest[3]) if len(newest) > 3 else BEFORE_ALL
                await wall.here.fill(lease, posted(*newest[:3]), floor)
                lease = None
            case "drop":
                await wall.here.drop(ALICE)
            case "read":
                check(await wall.there.read(ALICE), history)
                if lease is None and isinstance(await wall.here.read(ALICE), Lease):
                    await wall.here.drop(ALICE)


def check(found: Timeline | Lease | None, history: list[int]) -> None:
    if isinstance(found, Timeline):
        above = [post for post in found.posted.ids.tolist() if post > found.floor.id]
        assert above == sorted((p for p in history if p > found.floor.id), reverse=True)
        assert newest_first(found.posted).ids.tolist() == found.posted.ids.tolist()
