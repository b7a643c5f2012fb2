"""How often a page of a feed asks the store and the cache; the context of the request included."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from graph.store import Store
from tests.api.test_trips import Quiet
from tests.feed.running import Running, a_cast, running
from tests.support.cast import T0, crowd, link
from tests.support.living import UNHURRIED, flush, kept

pytestmark = [pytest.mark.anyio, pytest.mark.server("cache")]

PAGE = """query($r: Ranker) { feed(ranker: $r, first: 20) {
  edges { cursor score node { id text createdAt likeCount replyCount author { id username } } }
  pageInfo { endCursor hasNextPage } newer complete } }"""
BARE = "{ feed(ranker: CHRONOLOGICAL) { nodes { id author { username } } } }"


@pytest.fixture
async def town(store: Store, cache_url: str) -> AsyncIterator[Running]:
    """Timelines of their usual length."""
    await flush(cache_url)
    quiet: Any = Quiet(store)
    async with running(
        quiet, cache_url, longest=1_000, celebrity=1_000, slice_=2_000, patience=UNHURRIED
    ) as it:
        yield it


async def trips(it: Running, query: str, **variables: str) -> tuple[int, int]:
    await kept(it.reader)
    before = it.store.trips, it.reader.trips
    data = await it.client.ask(query, "alice", **variables)
    assert len(data["feed"].get("edges") or data["feed"]["nodes"]) == 20
    return it.store.trips - before[0], it.reader.trips - before[1]


async def a_life(it: Running, followees: int, celebrities: int = 0, posts: int = 30) -> int:
    people = await a_cast(it)
    others = list(await crowd(it.store, followees))
    for at, one in enumerate(others):
        await link(it.store, "FOLLOWS", people.alice, one, since=T0 + at, notify=False)
    for one in others[:celebrities]:
        await it.client.actions.mark_celebrity(one)
    for n in range(posts):
        await it.post(others[n % len(others)], f"number {n}")
    await it.settle()
    return people.alice


@pytest.mark.parametrize("ranker", ["RELEVANCE", "CHRONOLOGICAL", "HOT"])
async def test_a_warm_page_asks_the_cache_twice_at_most_and_the_store_never(
    town: Running, ranker: str
) -> None:
    await a_life(town, followees=12)
    for _ in range(2):
        await trips(town, PAGE, r=ranker)
    store, cache = await trips(town, PAGE, r=ranker)
    assert (store, cache <= 2) == (0, True), cache


@pytest.mark.parametrize("store", ["memory"], indirect=True)
async def test_a_full_timeline_is_enough_for_a_ranking(town: Running) -> None:
    town.timelines.longest = 600
    await a_life(town, followees=12, posts=620)
    for _ in range(2):
        await trips(town, PAGE, r="RELEVANCE")
    assert await trips(town, PAGE, r="RELEVANCE") == (0, 2)


async def test_a_page_whose_cursors_nobody_asks_for_is_one_trip(town: Running) -> None:
    await a_life(town, followees=12)
    for _ in range(2):
        await trips(town, BARE)
    assert await trips(town, BARE) == (0, 1)


async def test_whom_everybody_follows_costs_no_trip_more(town: Running) -> None:
    await a_life(town, followees=12, celebrities=5)
    for _ in range(2):
        await trips(town, BARE)
    assert await trips(town, BARE) == (0, 1)


@pytest.mark.parametrize("followees", [10, 60])
async def test_a_cold_page_costs_the_same_however_many_one_follows(
    town: Running, followees: int
) -> None:
    alice = await a_life(town, followees)
    for _ in range(2):
        await trips(town, BARE)
    await town.timelines.drop(alice)
    # Read and fill; in between the graph is asked once, and a server first for who posted much.
    asked = 1 + (town.store.name != "memory")
    assert await trips(town, BARE) == (asked, 2)
    await town.flush()
    store, _ = await trips(town, BARE)
    assert store <= 16
