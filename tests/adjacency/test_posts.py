"""Posts through the cache, in two processes: what is cached is what is so, whatever was done."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from graph.declaring import Visibility
from graph.errors import AmityError
from graph.store import Store
from graph.stores.memory import MemoryStore
from tests.adjacency.valkeys import Valkey
from tests.support.asking import Client, gid
from tests.support.cast import NAMES, Cast, befriend, cast, follow
from tests.support.living import hot

pytestmark = pytest.mark.anyio

STEPS = 600 if os.environ.get("AMITY_TEST_SOAK") else 60
EVERYTHING = """query($people: [ID!]!, $posts: [ID!]!) {
  people: nodes(ids: $people) { ... on User { id postCount
    posts(first: 100) { totalCount restricted nodes { id } } } }
  posts: nodes(ids: $posts) { ... on Post { id text visibility editedAt tags
    author { id } mentions { id } replyTo { id } shares { id } edits { text }
    likeCount replyCount shareCount saveCount viewCount
    likedByViewer savedByViewer sharedByViewer
    likedBy(first: 100) { totalCount nodes { id } }
    followed: likedBy(onlyFollowed: true) { totalCount nodes { id } }
    replies(first: 100) { totalCount nodes { id } }
    oldest: replies(order: OLDEST) { nodes { id } }
    best: replies(order: BEST) { nodes { id } } } } }"""


class Town:
    """Five people who do whatever one can do with posts."""

    def __init__(self, client: Client, people: Cast, seed: int) -> None:
        self.client, self.people, self.dice = client, people, random.Random(seed)
        self.posts: list[int] = []

    async def step(self) -> str:
        """One change by somebody; the epoch of it."""
        acts, dice = self.client.actions, self.dice
        name = dice.choice(NAMES)
        me, self.client.now = self.people[name], self.client.now + 1
        if len(self.posts) < 3 or dice.random() < 0.3:
            return await self.say(me)
        post = dice.choice(self.posts)
        mine = [id for id in self.posts if await self.is_by(id, me)] or [post]
        act = dice.choice(
            [
                lambda: acts.like(me, post),
                lambda: acts.unlike(me, post),
                lambda: acts.save(me, post),
                lambda: acts.unsave(me, post),
                lambda: acts.share(me, post),
                lambda: acts.unshare(me, post),
                lambda: acts.vote(me, post, dice.choice((-1, 0, 1))),
                lambda: acts.edit_post(me, mine[0], self.words()),  # type: ignore[arg-type]
                lambda: acts.delete_post(me, mine[0]),
                lambda: acts.record_views(me, [post, *self.posts[:2]]),
            ]
        )
        return await self.done(act)

    async def done(self, act: Any) -> str:
        try:
            done = await act()
        except AmityError:  # hidden, or somebody else's: nothing changed
            return ""
        epoch, what = done
        if isinstance(what, int) and what > 1_000 and what not in self.posts:
            self.posts.append(what)
        return str(epoch)

    async def say(self, me: int) -> str:
        given: dict[str, Any] = self.words()
        for name in ("reply_to", "shares"):
            if self.posts and self.dice.random() < 0.3:
                given[name] = self.dice.choice(self.posts)
                break
        return await self.done(lambda: self.client.actions.create_post(me, given))  # type: ignore[arg-type]

    def words(self) -> dict[str, Any]:
        number = self.dice.randrange(1_000)
        return {
            "text": f"said {number} #t{number % 5} @{self.dice.choice(NAMES)}",
            "visibility": self.dice.choice([Visibility.PUBLIC, *Visibility]),
        }

    async def is_by(self, post: int, person: int) -> bool:
        [card] = await self.client.store.posts([post])
        return card is not None and card.author == person and not card.gone


@pytest.mark.parametrize("seed", [7, 8])
async def test_two_processes_and_the_graph_agree(
    memory: MemoryStore, valkey: Valkey, seed: int
) -> None:
    await agree(memory, valkey.url, seed)


async def agree(store: Store, cache_url: str, seed: int) -> None:
    """After every step, whoever asks; and the counters at the end."""
    people = await cast(store, dan={"privacy": "PRIVATE"})
    await befriend(store, people.alice, people.bob)
    await follow(store, people.alice, people.dan)
    await follow(store, people.carol, people.alice)
    async with hot(store, cache_url) as here, hot(store, cache_url) as there:
        straight, mine, others = (
            Client(store),
            Client(store, reader=here),
            Client(store, reader=there),
        )
        town = Town(mine, people, seed)
        for number in range(STEPS):
            epoch = await town.step()
            if epoch:
                await there.catch_up(epoch)
            viewer = NAMES[number % len(NAMES)] if number % 6 else None
            asked = {
                "people": [gid(id) for id in people],
                "posts": [f"post_{id}" for id in town.posts[-12:]],
            }
            truth = await straight.ask(EVERYTHING, viewer, **asked)
            assert await mine.ask(EVERYTHING, viewer, **asked) == truth, number
            assert await others.ask(EVERYTHING, viewer, **asked) == truth, number
        posts = (await store.posts_of(list(people), 1_000)).ids.tolist()
        kept, counted = await store.post_counts(posts), await store.true_post_counts(posts)
        assert [{**one, **real} for one, real in zip(kept, counted, strict=True)] == kept
        assert await store.counts(list(people)) == await store.true_counts(list(people))
