"""What the demo network says: enough to read, and nobody answers what they do not see."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from graph.post_visibility import audience, posts_mask
from graph.store import Store
from graph.stores.memory import MemoryStore
from loaders.demo import load_demo
from tests.demo.test_demo import DAY, IDS, NOW
from tests.support.asking import Client
from tests.support.direct import DirectReader
from tests.support.reading import rows

pytestmark = pytest.mark.anyio

EVERYBODY = range(1, 2_001)
ALL = 100_000
FEED = """query($after: String) { feed(ranker: CHRONOLOGICAL, first: 100, after: $after) {
  nodes { id createdAt author { username } } pageInfo { hasNextPage endCursor } } }"""


@pytest.fixture(scope="module")
async def demo(anyio_backend: str) -> Store:
    """Loaded once: tests only read it."""
    store = MemoryStore()
    assert await load_demo(store, NOW)
    return store


async def test_alice_has_something_to_read(demo: Store) -> None:
    client, found, after = Client(demo), list[Any](), None
    client.now = NOW
    while True:
        page = (await client.ask(FEED, "alice", after=after))["feed"]
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(found) >= 200
    assert len({one["id"] for one in found}) == len(found)
    authors = Counter(one["author"]["username"] for one in found)
    assert {"bob", "carol", "nova", "alice"} <= authors.keys()
    assert not {"peggy", "victor", "mallory", "oscar", "dan", "eve"} & authors.keys()


async def test_nova_is_heard_by_more_than_a_push_reaches(demo: Store) -> None:
    [counts] = await demo.counts([IDS["nova"]])
    assert counts["followers"] > 500
    assert counts["posts"] > 10


async def test_counters_are_what_the_edges_say(demo: Store) -> None:
    people = list(EVERYBODY)
    assert await demo.counts(people) == await demo.true_counts(people)
    posts = (await demo.posts_of(people, ALL)).ids.tolist()
    assert len(posts) > 4_000
    kept, truth = await demo.post_counts(posts), await demo.true_post_counts(posts)
    assert [{**one, **real} for one, real in zip(kept, truth, strict=True)] == kept


async def test_whoever_answers_sees_what_they_answer_and_comes_later(demo: Store) -> None:
    reader = DirectReader(demo)
    ids = (await demo.posts_of(EVERYBODY, ALL)).ids.tolist()
    cards = {card.id: card for card in await demo.posts(ids) if card is not None}
    acts = [(a, cards[b], at) for a, b, at in await rows(demo, "LIKED")]
    for edge in ("REPLIES_TO", "SHARES"):
        acts += [(cards[a].author, cards[b], at) for a, b, at in await rows(demo, edge)]
    assert len(acts) > 2_000
    for person in {person for person, _, _ in acts}:
        mine = [(post, at) for one, post, at in acts if one == person]
        viewer = await reader.viewer(person)
        authors = np.array([post.author for post, _ in mine])
        audiences = np.array([audience(post) for post, _ in mine], np.uint8)
        seen = posts_mask(viewer, authors, await reader.flags(authors), audiences)
        assert seen.all(), person
        assert all(post.created_at < at <= NOW for post, at in mine)


async def test_it_was_said_in_the_last_days(demo: Store) -> None:
    times = (await demo.posts_of(EVERYBODY, ALL)).at
    assert (times <= NOW).all()
    assert np.mean(times > NOW - 30 * DAY) > 0.9


async def test_the_same_words_every_time(demo: Store) -> None:
    again = MemoryStore()
    await load_demo(again, NOW)
    ids = [(await store.posts_of(EVERYBODY, ALL)).ids.tolist() for store in (demo, again)]
    assert ids[0] == ids[1]
    assert await demo.posts(ids[0]) == await again.posts(ids[1])
