"""Where half of a feed can be had, it is shown, and says that it is half."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from graph.errors import Unavailable
from graph.stores.memory import MemoryStore
from tests.feed.running import LONGEST, Running, a_cast, ids, running
from tests.support.living import flush

pytestmark = [pytest.mark.anyio, pytest.mark.server("cache")]


class Leaving:
    """A store whose posts can't be had while it is away."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.away = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def posts_of(self, *args: Any, **more: Any) -> Any:
        self._check()
        return await self._store.posts_of(*args, **more)

    async def neighbours_page(self, *args: Any, **more: Any) -> Any:
        self._check()
        return await self._store.neighbours_page(*args, **more)

    def _check(self) -> None:
        if self.away:
            raise Unavailable("The graph can't be reached.")


@pytest.fixture
async def it(cache_url: str) -> AsyncIterator[Running]:
    await flush(cache_url)
    store: Any = Leaving(MemoryStore())
    async with running(store, cache_url) as it:
        yield it


async def test_a_celebrity_who_can_not_be_read_is_missing_and_it_says_so(it: Running) -> None:
    people = await a_cast(it)
    for whom in (people.bob, people.eve):
        await it.client.actions.follow(people.alice, whom)
    await it.client.actions.mark_celebrity(people.eve)
    bobs = await it.post(people.bob)
    await it.settle()
    assert await it.walk("alice") == [bobs]
    eves = await it.post(people.eve)
    await it.settle()
    it.store.away = True  # type: ignore[attr-defined]
    for ranker in ("CHRONOLOGICAL", "RELEVANCE"):
        page = await it.page("alice", ranker=ranker)
        assert (ids(page), page["complete"]) == ([bobs], False)
    it.store.away = False  # type: ignore[attr-defined]
    page = await it.page("alice", ranker="CHRONOLOGICAL")
    assert (ids(page), page["complete"]) == ([eves, bobs], True)


async def test_where_the_timeline_ends_and_the_graph_is_away_the_rest_is_missing(
    it: Running,
) -> None:
    people = await a_cast(it)
    await it.client.actions.follow(people.alice, people.bob)
    await it.walk("alice")
    posts = [await it.post(people.bob) for _ in range(2 * LONGEST)]
    await it.settle()
    it.client.now += 100_000  # bob is no longer newly followed
    await it.timelines.drop(people.alice)
    await it.page("alice", ranker="CHRONOLOGICAL", first=1)
    it.store.away = True  # type: ignore[attr-defined]
    page = await it.page("alice", ranker="CHRONOLOGICAL", first=20)
    assert page["complete"] is False
    assert ids(page) == posts[::-1][: len(ids(page))]
    assert 0 < len(ids(page)) <= LONGEST


async def test_where_nothing_can_be_had_there_is_no_feed(it: Running) -> None:
    await a_cast(it)
    it.store.away = True  # type: ignore[attr-defined]
    refused = await it.client.refusal("{ feed { newer nodes { id } } }", "alice")
    assert refused["code"] == "UNAVAILABLE"
