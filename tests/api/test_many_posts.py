"""An author of very many posts: a page of them reads a page, wherever it is and whoever asks."""

from __future__ import annotations

from typing import Any

import pytest

from graph.adjacency.segments import HEAD
from graph.records import Links
from graph.store import Store
from tests.support.asking import gid
from tests.support.cast import T0, cast
from tests.support.living import flush, living
from tests.support.posting import post_id

pytestmark = [pytest.mark.anyio, pytest.mark.server("cache")]

MANY, PAGE = 1_500, 100
POSTS = """query($of: ID!, $after: String) { user(id: $of) {
  posts(first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }"""


class Counting:
    """A store that knows how much of lists was read from it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.pages = self.entries = 0

    def __getattr__(self, name: str) -> Any:
        assert name != "posts_of", "nobody asks for a feed here"
        return getattr(self._store, name)

    async def neighbours(self, name: str, owners: Any) -> list[Links]:
        assert name != "posts", "an author's posts are never read whole"
        return await self._store.neighbours(name, owners)

    async def neighbours_page(self, name: str, *args: Any, **more: Any) -> Links:
        links = await self._store.neighbours_page(name, *args, **more)
        if name == "posts":
            self.pages, self.entries = self.pages + 1, self.entries + len(links)
        return links

    def since(self, before: tuple[int, int]) -> tuple[int, int]:
        return self.pages - before[0], self.entries - before[1]


async def test_each_page_reads_a_segment_at_most(store: Store, cache_url: str) -> None:
    await flush(cache_url)
    people = await cast(store)
    ids = [post_id(T0 + n // 3, n % 3) for n in range(MANY)]
    given = {"type": "TEXT", "visibility": "PUBLIC", "text": "said", "gone": False}
    await store.load_posts(
        [{"id": id, "createdAt": T0 + n // 3, **given} for n, id in enumerate(ids)]
    )
    said = [(people.bob, id, {"at": T0 + n // 3}) for n, id in enumerate(ids)]
    await store.load_edges("POSTED", said)
    newest = [f"post_{id}" for id in reversed(ids)]
    counting: Any = Counting(store)
    async with living(counting, cache_url) as client:
        for _ in range(2):
            found: list[str] = []
            after = None
            for number in range(MANY // PAGE):
                before = counting.pages, counting.entries
                data = await client.ask(POSTS, "alice", of=gid(people.bob), after=after)
                posts = data["user"]["posts"]
                found += [node["id"] for node in posts["nodes"]]
                after = posts["pageInfo"]["endCursor"]
                assert posts["pageInfo"]["hasNextPage"] == (number < MANY // PAGE - 1)
                pages, entries = counting.since(before)
                assert pages <= 2
                # A segment is as large as all that are newer together.
                assert entries <= (2 * max(HEAD, number * PAGE) if number else HEAD) + 1, number
            assert found == newest
        before = counting.pages, counting.entries
        data = await client.ask(POSTS, "alice", of=gid(people.bob), after=None)
        assert counting.since(before) == (0, 0)
