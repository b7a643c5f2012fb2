"""An edge that a viewer may not see might as well not be there: every answer is the same, byte for
byte, with it and without it. Only the public numbers may move, and they are not asked for here."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import orjson
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from tests.api.worlds import NAMES, PAIRS, PEOPLE, World, name, worlds
from tests.support.asking import Client, gid

pytestmark = pytest.mark.anyio

CARD = """
fragment Card on User { id username externalId name bio avatarUrl verified privacy createdAt }"""
LINKS = """
fragment Links on UserConnection {
  edges { cursor since node { ...Card relationship { distance mutualFriendCount following } } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } restricted }
"""
FRAGMENTS = (
    """
fragment Found on UserConnection { ...Links totalCount }
fragment About on User {
  ...Card
  relationship { following followedBy friends requested requestedBy blocking muting notify since
    distance mutualFriendCount }
  followers { ...Links } some_followers: followers(first: 1) { ...Links }
  last_followers: followers(last: 1) { ...Links }
  strongest_followers: followers(order: STRONGEST, first: 2) { ...Links }
  following { ...Links } some_following: following(first: 2) { ...Links }
  strongest_following: following(order: STRONGEST) { ...Links }
  friends { ...Links } some_friends: friends(last: 2) { ...Links }
  strongest_friends: friends(order: STRONGEST, first: 1) { ...Links }
  mutualFriends(first: 1) { ...Found }
  followersYouFollow(first: 2) { ...Found }
  friendsOfFriends { edges { cursor mutualCount node { ...Card } via { id } }
    pageInfo { hasNextPage endCursor } totalCount restricted }
  some_far: friendsOfFriends(first: 1) { nodes { id } pageInfo { hasNextPage } totalCount }
  peopleYouMayKnow { edges { cursor score node { ...Card }
    reasons { code text weight path { id } } } pageInfo { hasNextPage } }
  settings { hideNetwork discoverable allowSuggestions country interests }
  followRequests { ...Found } sentRequests { ...Found } blocked { ...Found } muted { ...Found }
}"""
    + CARD
    + LINKS
)


def about(id: int) -> str:
    mutual = " ".join(
        f'm{other}: mutualFriends(with: "{gid(other)}") {{ ...Found }}' for other in PEOPLE
    )
    return f"""
  u{id}: user(id: "{gid(id)}") {{ ...About {mutual} }}
  n{id}: user(username: "{NAMES[id - 1]}") {{ id }}
  e{id}: explainAccess(id: "{gid(id)}") {{ allowed rule text }}"""


def ways(a: int, b: int) -> str:
    return (
        f'p{a}_{b}: paths(from: "{gid(a)}", to: "{gid(b)}", first: 3, maxLength: 5) '
        "{ length users { id } }"
    )


EVERYTHING = (
    "{ viewer { id }"
    + " ".join(about(id) for id in PEOPLE)
    + " ".join(ways(a, b) for a, b in combinations(PEOPLE, 2))
    + "}"
    + FRAGMENTS
)
RELATIONSHIPS = """query($ids: [ID!]!) { relationships(with: $ids) {
  user { id } distance mutualFriendCount following followedBy requested requestedBy } }"""


NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on User { ...Card } } }"
# Lists of which the battery asks the first page, by the name it has there.
PAGED = {
    "some_followers": "followers(first: 1, after: %s) { ...Links }",
    "strongest_followers": "followers(order: STRONGEST, first: 1, after: %s) { ...Links }",
    "mutualFriends": "mutualFriends(first: 1, after: %s) { ...Links totalCount }",
    "friendsOfFriends": "friendsOfFriends(first: 1, after: %s) { nodes { id } totalCount "
    "pageInfo { hasNextPage hasPreviousPage } }",
}


def further(answer: dict[str, Any]) -> str:
    """What comes after each first page, and after each page that was the last."""
    fields = [
        f'{key}{id}: user(id: "{gid(id)}") {{ {PAGED[key] % orjson.dumps(cursor).decode()} }}'
        for id in PEOPLE
        if (found := answer["data"][f"u{id}"])
        for key in PAGED
        if (cursor := found[key]["pageInfo"]["endCursor"])
    ]
    nobody = 'nobody: user(id: "user_0") { followers { ...Links } }'
    return "{" + " ".join([nobody, *fields]) + "}" + CARD + LINKS


async def everything(client: Client, viewer: int | None) -> list[bytes]:
    """All that there is to be asked, as it would travel."""
    as_ = None if viewer is None else name(viewer)
    ids = [gid(id) for id in PEOPLE]
    first = await client.answer(EVERYTHING, as_)
    answers = [
        first,
        await client.answer(RELATIONSHIPS, as_, ids=ids),
        await client.answer(NODES + CARD, as_, ids=ids),
        await client.answer(further(first), as_),
    ]
    return [orjson.dumps(answer) for answer in answers]


def toggled(world: World, kind: str, pair: tuple[int, int]) -> World:
    edges = getattr(world, kind)
    return replace(world, **{kind: edges ^ {pair}})


def may_know(world: World, kind: str, pair: tuple[int, int], viewer: int | None) -> bool:
    a, b = pair
    if kind in ("mutes", "dismissed"):
        return viewer == a
    if kind in ("blocks", "requests"):
        return viewer in pair
    return viewer in pair or world.knows(viewer, a, b)


@settings(deadline=None, max_examples=40)
@given(
    world=worlds(),
    kind=st.sampled_from(["follows"] * 4 + ["blocks", "requests", "mutes", "dismissed"]),
    pair=st.sampled_from(PAIRS),
    viewer=st.sampled_from([None, *PEOPLE]),
)
async def test_a_hidden_edge_moves_nothing(
    world: World, kind: str, pair: tuple[int, int], viewer: int | None
) -> None:
    assume(not may_know(world, kind, pair, viewer))
    back = pair[::-1]
    if kind in ("follows", "requests"):
        assume(not world.blocks & {pair, back})
    if kind == "blocks":
        assume(not (world.follows | world.requests) & {pair, back})
    event(kind)
    before = await everything(await world.client(piece=2), viewer)
    after = await everything(await toggled(world, kind, pair).client(piece=2), viewer)
    assert before == after


async def test_the_battery_tells_a_visible_edge() -> None:
    """Or the test above would show nothing."""
    world = World()
    seen = toggled(world, "follows", (2, 3))
    before = await everything(await world.client(), 1)
    assert before != await everything(await seen.client(), 1)
