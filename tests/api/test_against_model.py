"""Every derived answer equals what DECISIONS says, computed in plain sets."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.worlds import PEOPLE, World, here, name, worlds
from tests.support.asking import gid, names

pytestmark = pytest.mark.anyio

viewers = st.sampled_from([None, *PEOPLE])

ABOUT = """query($id: ID!, $with: ID!) { user(id: $id) {
  mutualFriends(with: $with) { nodes { username } totalCount }
  followersYouFollow { nodes { username } totalCount }
  friendsOfFriends { edges { node { username } mutualCount via(first: 100) { username } }
    totalCount }
  friends { nodes { username } }
  followers { nodes { username } restricted }
  following(last: 100) { nodes { username } }
  strongest: friends(order: STRONGEST) { nodes { username } }
} }"""


def named(ids: Any) -> list[str]:
    return [name(id) for id in ids]


def as_(world: World, viewer: int | None) -> str | None:
    return None if viewer is None else name(viewer)


@settings(deadline=None, max_examples=40)
@given(world=worlds(), viewer=viewers, other=st.sampled_from(PEOPLE))
async def test_lists(world: World, viewer: int | None, other: int) -> None:
    client = await world.client(piece=2)
    if viewer not in (None, *here(world)):
        viewer = None
    for id in PEOPLE:
        answer = await client.ask(ABOUT, as_(world, viewer), id=gid(id), **{"with": gid(other)})
        found = answer["user"]
        if not world.found(viewer, id):
            assert found is None
            continue
        assert names(found["mutualFriends"]) == named(world.mutual(viewer, id, other))
        assert found["mutualFriends"]["totalCount"] == len(world.mutual(viewer, id, other))

        far = world.friends_of_friends(viewer, id)
        edges = found["friendsOfFriends"]["edges"]
        assert [(e["node"]["username"], e["mutualCount"]) for e in edges] == [
            (name(other), n) for other, n in far
        ]
        assert found["friendsOfFriends"]["totalCount"] == len(far)
        for edge, (stranger, _) in zip(edges, far, strict=True):
            between = [one["username"] for one in edge["via"]]
            assert between == named(world.mutual(viewer, id, stranger))

        shown = world.network_open(viewer, id)
        followers = [a for a, b in world.follows if b == id and world.knows(viewer, a, id)]
        following = [b for a, b in world.follows if a == id and world.knows(viewer, b, id)]
        friends = world.friends(viewer, id)
        assert sorted(names(found["followers"])) == sorted(named(followers if shown else []))
        assert (found["followers"]["restricted"] is None) == shown
        assert sorted(names(found["following"])) == sorted(named(following if shown else []))
        assert sorted(names(found["friends"])) == sorted(named(friends if shown else []))
        near = sorted(friends, key=lambda one: (-len(world.mutual(viewer, id, one)), one))
        assert names(found["strongest"]) == named(near if shown else [])
        known = [one for one in sorted(followers) if (viewer, one) in world.follows]
        assert names(found["followersYouFollow"]) == named(known)
        assert found["followersYouFollow"]["totalCount"] == len(known)


@settings(deadline=None, max_examples=40)
@given(world=worlds(), viewer=st.sampled_from(PEOPLE))
async def test_relationships(world: World, viewer: int) -> None:
    client = await world.client()
    if viewer not in here(world):
        return
    query = """query($ids: [ID!]!) { relationships(with: $ids) {
      user { username } distance mutualFriendCount following followedBy friends
      requested requestedBy blocking muting } }"""
    found = await client.ask(query, name(viewer), ids=[gid(id) for id in PEOPLE])
    for id, one in zip(PEOPLE, found["relationships"], strict=True):
        if not world.found(viewer, id):
            assert one is None
            continue
        out, back = (viewer, id), (id, viewer)
        assert one == {
            "user": {"username": name(id)},
            "distance": world.distance(viewer, id) if world.listed(viewer, id) else None,
            "mutualFriendCount": len(world.mutual(viewer, viewer, id)),
            "following": out in world.follows,
            "followedBy": back in world.follows,
            "friends": {out, back} <= world.follows,
            "requested": out in world.requests,
            "requestedBy": back in world.requests,
            "blocking": out in world.blocks,
            "muting": out in world.mutes,
        }


@settings(deadline=None, max_examples=40)
@given(world=worlds(), viewer=viewers, first=st.integers(1, 6), longest=st.integers(1, 6))
async def test_paths(world: World, viewer: int | None, first: int, longest: int) -> None:
    client = await world.client()
    if viewer not in (None, *here(world)):
        viewer = None
    query = """query($a: ID!, $b: ID!, $first: Int, $longest: Int) {
      paths(from: $a, to: $b, first: $first, maxLength: $longest) { length users { username } } }"""
    for b in PEOPLE:
        found = await client.ask(
            query, as_(world, viewer), a=gid(1), b=gid(b), first=first, longest=longest
        )
        ways = [tuple(one["username"] for one in path["users"]) for path in found["paths"]]
        assert ways == [tuple(named(path)) for path in chosen(world, viewer, b, first, longest)]
        assert [path["length"] for path in found["paths"]] == [len(way) - 1 for way in ways]


def chosen(
    world: World, viewer: int | None, b: int, first: int, longest: int
) -> list[tuple[int, ...]]:
    """Shortest first; among equals who is used least, ties by ids."""
    left = set(world.paths(viewer, 1, b, longest))
    used: Counter[int] = Counter()
    taken = []
    while left and len(taken) < first:
        path = min(left, key=lambda one: (len(one), sum(used[id] for id in one[1:-1]), one))
        taken.append(path)
        used.update(path[1:-1])
        left.remove(path)
    return taken


@settings(deadline=None, max_examples=80)
@given(world=worlds(), viewer=st.sampled_from(PEOPLE))
async def test_people_you_may_know(world: World, viewer: int) -> None:
    client = await world.client()
    if viewer not in here(world):
        return
    query = """{ viewer { peopleYouMayKnow { edges { node { username } score
      reasons { code text path { id } weight } } } } }"""
    found = await client.ask(query, name(viewer))
    edges = found["viewer"]["peopleYouMayKnow"]["edges"]
    expected = [(name(id), float(score)) for id, score in world.suggestions(viewer)]
    assert [(edge["node"]["username"], edge["score"]) for edge in edges] == expected
    for edge in edges:
        assert sum(reason["weight"] or 0 for reason in edge["reasons"]) == edge["score"]
        for reason in edge["reasons"]:
            ids = [int(node["id"].removeprefix("user_")) for node in reason["path"]]
            for a, b in pairwise(ids):
                assert world.knows(viewer, a, b)
                assert (a, b) in world.follows
