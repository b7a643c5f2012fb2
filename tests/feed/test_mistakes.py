"""The mistakes of the source documents that touch feeds, by their numbers there.

1 (a cursor by time on a list by score) is `test_a_ranked_walk_neither_repeats_nor_misses…` in
test_reading.py, 4 (pushing into what is not there) is in tests/timelines. The rest is here.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from algorithms.ranking import RANKERS
from tests.algorithms.test_ranking import NOW, posts
from tests.feed.running import Running, a_cast, ids, pid
from tests.support.cast import crowd, follow

pytestmark = [pytest.mark.anyio, pytest.mark.server("cache")]


async def test_2_followers_who_come_and_go_make_a_fan_out_skip_nobody(quick: Running) -> None:
    people = await a_cast(quick)
    quick.fanout._celebrity_followers = 100
    fans = list(await crowd(quick.store, 9))
    for at, fan in enumerate(fans):
        await follow(quick.store, fan, people.bob, since=1_000 + at)
        await whole(quick, fan)
    post = await quick.post(people.bob)
    await quick.relay.sweep()
    for gone in fans[::-1][:3]:  # those who were reached first leave while it is under way
        await quick.fanout.turn()
        await quick.client.actions.unfollow(gone, people.bob)
    await quick.settle()
    for fan in fans[:6]:
        assert post in (await in_timeline(quick, fan)), fan


async def test_3_more_than_a_thousand_followers_are_all_reached(quick: Running) -> None:
    people = await a_cast(quick)
    quick.fanout._celebrity_followers = 10_000
    quick.fanout._slice = 500
    fans = list(await crowd(quick.store, 1_300))
    rows = [(fan, people.bob, {"since": 1_000 + at}) for at, fan in enumerate(fans)]
    await quick.store.load_edges("FOLLOWS", rows)
    await whole(quick, fans[0])  # the first to follow is the last to be reached
    await whole(quick, fans[-1])
    post = await quick.post(people.bob)
    await quick.settle()
    assert quick.fanout.stats.offered == 1_300
    assert post in await in_timeline(quick, fans[0])
    assert post in await in_timeline(quick, fans[-1])


def test_6_nothing_without_views_or_likes_stands_first_by_a_division_by_zero() -> None:
    for name in RANKERS:
        likes = np.array([0, 50])
        both = posts(2, likes=likes, interactions=likes, similarity=likes / 100, model=likes / 100)
        scored = RANKERS[name].score(both, NOW)
        assert np.isfinite(scored.score).all(), name
        assert scored.order(both.ids)[0] == 1, name


def test_7_raw_engagement_is_never_added_to_what_lies_between_0_and_1() -> None:
    viral = posts(2, likes=np.array([10**7, 0]), model=np.array([0.0, 1.0]))
    scores = RANKERS["blend"].score(viral, NOW).score
    assert scores[0] <= 0.3
    assert scores[1] == pytest.approx(0.4)


async def test_8_people_are_counted_not_their_posts_and_nothing_needs_a_like(
    quick: Running,
) -> None:
    people = await a_cast(quick)
    actions = quick.client.actions
    for whom in (people.bob, people.carol):
        await actions.follow(people.alice, whom)
    post = await quick.post(people.bob)
    await quick.settle()
    assert await quick.walk("alice", "RELEVANCE") == [post]  # which nobody likes
    for text in ("look", "look again", None):
        await quick.post(people.carol, text, shares=post)
    await quick.post(people.carol, "so it is", reply_to=post)
    await quick.settle()
    (edge,) = [
        edge
        for edge in (await quick.page("alice", ranker="RELEVANCE"))["edges"]
        if edge["node"]["id"] == pid(post)
    ]
    one = replace(posts(1, proof=1), at=np.array([NOW]))
    proof = float(RANKERS["relevance"].score(one, NOW).parts["proof"][0])
    assert edge["score"] == pytest.approx(proof + 0.2 + 0.02, abs=1e-3)


async def test_12_a_post_that_comes_by_several_ways_stands_once(quick: Running) -> None:
    """Own, pushed, read of a celebrity, followed anew, shared: all at once."""
    people = await a_cast(quick, "fay")
    actions = quick.client.actions
    await actions.follow(people.alice, people.eve)
    await quick.walk("alice")
    pushed = await quick.post(people.eve)
    await quick.settle()
    await actions.mark_celebrity(people.eve)
    read = await quick.post(people.eve)
    share = await quick.post(people.alice, None, shares=pushed)
    await quick.settle()
    assert await quick.walk("alice") == [share, read, pushed]
    assert sorted(await quick.walk("alice", "RELEVANCE")) == [pushed, read]


async def test_12_what_is_public_is_not_let_in_past_another_rule(quick: Running) -> None:
    """Followed and public, or a friend's: and in either case not muted, not gone, not hidden."""
    people = await a_cast(quick)
    actions = quick.client.actions
    for whom in (people.bob, people.carol, people.dan):
        await actions.follow(people.alice, whom)
        await actions.follow(whom, people.alice)
    shown = await quick.post(people.bob)
    await quick.post(people.carol)
    gone = await quick.post(people.dan)
    await quick.post(people.eve)
    await quick.settle()
    await actions.mute(people.alice, people.carol)
    await actions.delete_post(people.dan, gone)
    assert ids(await quick.page("alice", ranker="CHRONOLOGICAL")) == [shown]
    assert ids(await quick.page("alice")) == [shown]


async def whole(it: Running, person: int) -> None:
    from graph.timelines.packing import BEFORE_ALL, nothing_posted
    from graph.timelines.timelines import Lease

    lease = await it.timelines.read(person)
    assert isinstance(lease, Lease)
    assert await it.timelines.fill(lease, nothing_posted(), BEFORE_ALL)


async def in_timeline(it: Running, person: int) -> list[int]:
    timeline = await it.timelines.peek(person)
    assert timeline is not None
    found: list[int] = timeline.posted.ids.tolist()
    return found
