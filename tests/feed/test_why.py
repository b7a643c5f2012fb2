"""Why a post is in a feed: each edge that a reason names is needed, and one the viewer sees."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import pytest

from graph.errors import Forbidden, NotFound
from tests.feed.running import Running, a_cast, pid
from tests.support.asking import gid
from tests.support.cast import NAMES

pytestmark = [pytest.mark.anyio, pytest.mark.server("cache")]

WHY = """query($ranker: Ranker) { feed(ranker: $ranker, first: 100) { edges {
    score node { id } why { code text weight path { id __typename } } } } }"""


async def explained(it: Running, as_: str, ranker: str) -> dict[str, Any]:
    data = await it.client.ask(WHY, as_, ranker=ranker)
    return {edge["node"]["id"]: edge for edge in data["feed"]["edges"]}


def codes(edge: Any) -> list[str]:
    return [reason["code"] for reason in edge["why"]]


async def test_reasons_name_who_brought_it_and_the_parts_of_the_score(quick: Running) -> None:
    people = await a_cast(quick, alice={})
    actions = quick.client.actions
    await actions.update_profile(people.alice, {"interests": ["chess"]})
    for whom in (people.bob, people.carol):
        await actions.follow(people.alice, whom)
    original = await quick.post(people.bob, "about #chess")
    share = await quick.post(people.carol, "look", shares=original)
    await quick.settle()
    found = await explained(quick, "alice", "RELEVANCE")
    edge = found[pid(original)]
    assert codes(edge) == ["FOLLOWING", "TOPIC", "PROOF", "RECENT", "VARIETY"]
    weights = [reason["weight"] for reason in edge["why"] if reason["weight"] is not None]
    assert sum(weights) == pytest.approx(edge["score"])
    following, topic, proof, *_ = edge["why"]
    ids = [gid(people.alice), gid(people.bob), pid(original)]
    assert [one["id"] for one in following["path"]] == ids
    assert topic["text"] == "It is about chess."
    assert topic["weight"] == pytest.approx(0.4)
    ids = [gid(people.alice), gid(people.carol), pid(share), pid(original)]
    assert [one["id"] for one in proof["path"]] == ids
    assert proof["text"] == "carol, whom you follow, shared this."


async def test_a_reason_never_names_what_the_viewer_may_not_see(quick: Running) -> None:
    people = await a_cast(quick)
    actions = quick.client.actions
    for whom in (people.bob, people.carol):
        await actions.follow(people.alice, whom)
    hidden = await quick.post(people.dan)
    share = await quick.post(people.bob, None, shares=hidden)
    post = await quick.post(people.bob)
    quote = await quick.post(people.carol, "look", shares=post)
    await quick.settle()
    page = await quick.page("alice", first=1)
    await actions.block(people.dan, people.alice)
    await actions.block(people.carol, people.alice)
    for ranker in ("RELEVANCE", "CHRONOLOGICAL"):
        found = await explained(quick, "alice", ranker)
        assert set(found) == {pid(share), pid(post)}
        named = {node["id"] for e in found.values() for r in e["why"] for node in r["path"]}
        assert named == {gid(people.alice), gid(people.bob), pid(share), pid(post)}
        assert "dan" not in str(found)
        assert "carol" not in str(found)
    # Nor what a snapshot remembers.
    after = page["pageInfo"]["endCursor"]
    query = """query($a: String!) { feed(after: $a) { edges { node { id }
        why { text path { id } } } } }"""
    answer = str(await quick.client.ask(query, "alice", a=after))
    assert pid(quote) not in answer
    assert "carol" not in answer


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("ranker", ["RELEVANCE", "CHRONOLOGICAL"])
async def test_without_an_edge_that_a_reason_names_the_item_is_gone_or_another(
    quick: Running, seed: int, ranker: str
) -> None:
    dice = random.Random(seed)
    people = await a_cast(quick)
    await a_random_life(quick, dice, list(people))
    await quick.settle()
    checked = 0
    for name in NAMES:
        for id, edge in (await explained(quick, name, ranker)).items():
            for reason in edge["why"]:
                for one, other in pairwise(node["id"] for node in reason["path"]):
                    if one == gid(people[name]) and other.startswith("user_"):
                        await without_follow(quick, name, people[name], other, ranker, id, edge)
                        checked += 1
    assert checked


async def without_follow(
    it: Running, name: str, viewer: int, other: str, ranker: str, id: str, edge: Any
) -> None:
    followed = int(other.removeprefix("user_"))
    await it.client.actions.unfollow(viewer, followed)
    after = (await explained(it, name, ranker)).get(id)
    assert after is None or timeless(after) != timeless(edge)
    await it.client.actions.follow(viewer, followed)
    again = (await explained(it, name, ranker))[id]
    assert timeless(again) == timeless(edge)


def timeless(edge: Any) -> Any:
    """How recent it is changes by itself."""
    return [
        (r["code"], r["text"], r["path"], r["weight"] if r["code"] == "PROOF" else None)
        for r in edge["why"]
    ]


async def a_random_life(it: Running, dice: random.Random, people: list[int]) -> None:
    posts: list[int] = []
    for _ in range(14):
        a, b = dice.sample(people, 2)
        await it.client.actions.follow(a, b)
    for _ in range(25):
        author, at = dice.choice(people), dice.choice(posts or [0])
        kind = dice.choice(("post", "reply", "share", "quote")) if posts else "post"
        try:
            match kind:
                case "reply":
                    posts.append(await it.post(author, "so it is", reply_to=at))
                case "share":
                    posts.append(await it.post(author, None, shares=at))
                case "quote":
                    posts.append(await it.post(author, "look", shares=at))
                case _:
                    posts.append(await it.post(author))
        except (Forbidden, NotFound):
            pass
