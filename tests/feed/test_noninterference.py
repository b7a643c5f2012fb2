"""What a viewer may not see moves nothing in a feed: not a place, a score, a reason or a rule."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest

from graph.declaring import Visibility
from tests.feed.running import Running, a_cast, pid
from tests.feed.test_why import a_random_life
from tests.support.cast import NAMES, Cast

pytestmark = [pytest.mark.anyio, pytest.mark.server("cache")]

# The last three weigh the public numbers of posts, which a hidden reply may move.
RANKERS = ("RELEVANCE", "CHRONOLOGICAL", "AFFINITY", "EDGERANK", "ENGAGEMENT", "HOT", "BLEND")
FEED = """query($r: Ranker) { feed(ranker: $r, first: 100) { newer complete
  edges { score node { id text author { username } replyTo { id } shares { id } }
    why { code text weight path { id } } } pageInfo { hasNextPage } } }"""
WHY_NOT = "query($p: ID!, $r: Ranker) { whyNot(post: $p, ranker: $r) { shown stage rule text } }"

Hidden = Callable[[Running, Cast, int], Awaitable[object]]


async def everything(it: Running, as_: str, rankers: tuple[str, ...], posts: list[int]) -> bytes:
    it.client.still = True
    it.client.feeds.rankings.clear()
    found: list[Any] = []
    for ranker in rankers:
        found.append(await it.client.answer(FEED, as_, r=ranker))
        found += [await it.client.answer(WHY_NOT, as_, p=pid(one), r=ranker) for one in posts]
    it.client.still = False
    return orjson.dumps(found)


def a_private_post(it: Running, people: Cast, post: int) -> Awaitable[object]:
    return it.post(people.bob, "mine alone", visibility=Visibility.PRIVATE)


def a_private_reply(it: Running, people: Cast, post: int) -> Awaitable[object]:
    given = {"reply_to": post, "visibility": Visibility.PRIVATE}
    return it.post(people.bob, "to myself", **given)


def a_private_share(it: Running, people: Cast, post: int) -> Awaitable[object]:
    given = {"shares": post, "visibility": Visibility.PRIVATE}
    return it.post(people.bob, "to myself", **given)


def anothers_mute(it: Running, people: Cast, post: int) -> Awaitable[object]:
    return it.client.actions.mute(people.bob, people.carol)


def anothers_block(it: Running, people: Cast, post: int) -> Awaitable[object]:
    return it.client.actions.block(people.eve, people.frank)


def a_hidden_follow(it: Running, people: Cast, post: int) -> Awaitable[object]:
    return it.client.actions.follow(people.frank, people.dan)


def anothers_save(it: Running, people: Cast, post: int) -> Awaitable[object]:
    return it.client.actions.save(people.frank, post)


def anothers_vote(it: Running, people: Cast, post: int) -> Awaitable[object]:
    return it.client.actions.vote(people.frank, post, -1)


CHANGES: dict[str, tuple[Hidden, tuple[str, ...]]] = {
    "a private post": (a_private_post, RANKERS),
    "a private reply": (a_private_reply, RANKERS[:4]),
    "a private share": (a_private_share, RANKERS[:4]),
    "another's save": (anothers_save, RANKERS),
    "another's vote": (anothers_vote, RANKERS),
    "another's mute": (anothers_mute, RANKERS),
    "another's block": (anothers_block, RANKERS),
    "a hidden follow": (a_hidden_follow, RANKERS),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_what_is_hidden_moves_nothing(quick: Running, change: str) -> None:
    """alice looks; frank hides his network, and nobody but she follows him."""
    people = await a_cast(quick, frank={"hideNetwork": True})
    await a_random_life(quick, random.Random(change), [people[name] for name in NAMES])
    await quick.client.actions.follow(people.alice, people.bob)
    await quick.settle()
    posts = await quick.walk("alice")
    asked = [*posts, posts[0] + 1]
    hidden, rankers = CHANGES[change]
    now = quick.client.now
    before = await everything(quick, "alice", rankers, asked)
    await hidden(quick, people, posts[0])
    await quick.settle()
    quick.client.now = now
    assert await everything(quick, "alice", rankers, asked) == before


async def test_the_battery_tells_what_is_not_hidden(quick: Running) -> None:
    """Or the test above would show nothing."""
    people = await a_cast(quick)
    await quick.client.actions.follow(people.alice, people.bob)
    post = await quick.post(people.bob)
    await quick.settle()
    before = await everything(quick, "alice", RANKERS, [post])
    await quick.post(people.bob, "so it is", reply_to=post)
    await quick.settle()
    assert before != await everything(quick, "alice", RANKERS, [post])
