"""How often each question and each change asks the store and the cache, in two tables.

A question is asked three times: with nothing cached, out of the cache, out of this process's own
copy. The numbers include what every request costs: whom the token speaks for, and the viewer's
own sets. They are the same for people with 60 friends and with 150.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from graph.store import Store
from tests.support.asking import Client, gid
from tests.support.cast import NAMES, T0, person
from tests.support.living import UNHURRIED, flush, kept, living
from tests.support.posting import post_id
from tests.support.stores import STORES

pytestmark = pytest.mark.anyio

ALICE, BOB, CAROL, DAN, EVE = range(1, 6)
FIRST = 10  # of the crowd
FANS = 400  # of eve: more than fit into one segment


class Cost(NamedTuple):
    store: int
    cache: int


def of(id: int, text: str) -> str:
    return f'{{ user(id: "{gid(id)}") {{ {text} }} }}'


def own(text: str) -> str:
    return f"{{ viewer {{ {text} }} }}"


def change(name: str, id: int) -> str:
    return f'mutation {{ {name}(user: "{gid(id)}") {{ relationship {{ following }} }} }}'


def did(name: str) -> str:
    return f'mutation {{ {name}(post: "{POST}") {{ likeCount likedByViewer }} }}'


SAY = 'mutation { createPost(input: {text: "%s"}) { id tags } }'
PAGE = """edges { since node { id username } } pageInfo { endCursor hasNextPage hasPreviousPage }
  totalCount restricted"""
CURSORS = "edges { cursor node { id username } } pageInfo { endCursor } totalCount"
FULL = "nodes { id username relationship { following } followerCount } totalCount"
IDS = "[" + ", ".join(f'"{gid(FIRST + n)}"' for n in range(100)) + "]"
SOMEBODY = gid(FIRST + 3)
SAID = """id text author { username } likeCount replyCount shareCount
  likedByViewer savedByViewer sharedByViewer"""
POSTS = f"nodes {{ {SAID} }} pageInfo {{ endCursor hasNextPage hasPreviousPage }}"
POST = f"post_{post_id(T0, 0)}"
POST_IDS = "[" + ", ".join(f'"post_{post_id(T0 + n, n)}"' for n in range(100)) + "]"

# Question: trips to the store and to the cache when cold, out of the cache, out of this process.
READS: dict[str, tuple[str, Cost, Cost, Cost]] = {
    name: (query, Cost(*cold), Cost(*cached), Cost(*copied))
    for name, query, cold, cached, copied in (
        ("what each costs", "{ __typename }", (6, 12), (0, 3), (0, 0)),
        ("viewer", own("id username followerCount"), (8, 18), (0, 5), (0, 0)),
        ("user", of(BOB, "username followerCount"), (8, 18), (0, 5), (0, 0)),
        ("by username", '{ user(username: "bob") { id } }', (8, 15), (1, 4), (1, 0)),
        ("by external id", '{ user(externalId: "7") { id } }', (7, 12), (1, 3), (1, 0)),
        ("node", f'{{ node(id: "{gid(BOB)}") {{ id }} }}', (7, 15), (0, 4), (0, 0)),
        ("100 nodes", f"{{ nodes(ids: {IDS}) {{ id }} }}", (7, 15), (0, 4), (0, 0)),
        ("access", f'{{ explainAccess(id: "{gid(BOB)}") {{ rule }} }}', (7, 15), (0, 4), (0, 0)),
        ("settings", own("settings { country interests }"), (8, 15), (1, 4), (1, 0)),
        # What stands between two people is always read from the graph.
        ("relationship", of(BOB, "relationship { following }"), (8, 15), (1, 4), (1, 0)),
        (
            "100 relationships",
            f"{{ relationships(with: {IDS}) {{ following user {{ id }} }} }}",
            (7, 12),
            (1, 3),
            (1, 0),
        ),
        (
            "100 relationships, how near",
            f"{{ relationships(with: {IDS}) {{ distance mutualFriendCount }} }}",
            (9, 19),
            (1, 4),
            (1, 0),
        ),
        ("followers", of(BOB, f"followers {{ {PAGE} }}"), (10, 25), (0, 6), (0, 0)),
        ("100 followers", of(BOB, f"followers(first: 100) {{ {PAGE} }}"), (10, 25), (0, 6), (0, 0)),
        # What is read first to find out that a list is long is not kept: its newest segment is
        # when the next one asks.
        ("a celebrity's", of(EVE, f"followers {{ {PAGE} }}"), (12, 25), (3, 9), (0, 1)),
        ("100 of them", of(EVE, f"followers(first: 100) {{ {PAGE} }}"), (12, 25), (3, 9), (0, 1)),
        ("followers in full", of(BOB, f"followers {{ {FULL} }}"), (12, 28), (1, 7), (1, 0)),
        ("following", of(BOB, f"following {{ {PAGE} }}"), (10, 25), (0, 6), (0, 0)),
        ("friends", of(BOB, f"friends {{ {PAGE} }}"), (10, 25), (0, 6), (0, 0)),
        ("100 friends", of(BOB, f"friends(first: 100) {{ {PAGE} }}"), (10, 25), (0, 6), (0, 0)),
        # Whoever pages through a list whose order moves freezes it: one trip.
        ("strongest", of(BOB, f"friends(order: STRONGEST) {{ {PAGE} }}"), (11, 30), (0, 7), (0, 1)),
        (
            "strongest followers",
            of(BOB, f"followers(order: STRONGEST) {{ {CURSORS} }}"),
            (12, 32),
            (0, 9),
            (0, 1),
        ),
        ("mutual friends", of(BOB, f"mutualFriends {{ {PAGE} }}"), (9, 22), (0, 5), (0, 0)),
        # They have nobody in common, so that no flags are read: not when it is cold, and so they
        # are not in this process the next time, when who asks is looked up.
        (
            "mutual friends with another",
            of(BOB, f'mutualFriends(with: "{SOMEBODY}") {{ {PAGE} }}'),
            (9, 21),
            (0, 6),
            (0, 0),
        ),
        (
            "followers you follow",
            of(BOB, f"followersYouFollow {{ {PAGE} }}"),
            (9, 22),
            (0, 5),
            (0, 0),
        ),
        (
            "friends of friends",
            of(BOB, "friendsOfFriends { edges { mutualCount node { id } } totalCount }"),
            (10, 25),
            (0, 6),
            (0, 0),
        ),
        (
            "friends of friends, to page on",
            of(BOB, f"friendsOfFriends {{ {CURSORS} }}"),
            (10, 26),
            (0, 7),
            (0, 1),
        ),
        (
            "friends of friends, via",
            of(BOB, "friendsOfFriends { edges { via { id } } }"),
            (12, 31),
            (0, 8),
            (0, 0),
        ),
        # Requests sent, mutes and dismissals are read from the graph, and of mutes the time.
        ("suggestions", own("peopleYouMayKnow { nodes { id } }"), (15, 27), (5, 6), (5, 0)),
        (
            "suggestions, why",
            own("peopleYouMayKnow { edges { score reasons { text path { id } } } }"),
            (17, 33),
            (5, 8),
            (5, 0),
        ),
        (
            "path",
            f'{{ paths(from: "{gid(ALICE)}", to: "{gid(BOB)}") {{ users {{ id }} }} }}',
            (9, 23),
            (0, 4),
            (0, 0),
        ),
        (
            "three paths",
            f'{{ paths(from: "{gid(CAROL)}", to: "{gid(BOB)}", first: 3) {{ length }} }}',
            (10, 26),
            (0, 5),
            (0, 0),
        ),
        # A page of posts: whose, how many like them, and whether the viewer does.
        ("posts", of(BOB, f"posts {{ {POSTS} totalCount }}"), (14, 32), (0, 6), (0, 0)),
        ("a post", f'{{ post(id: "{POST}") {{ {SAID} }} }}', (12, 26), (0, 6), (0, 0)),
        (
            "100 posts",
            f"{{ nodes(ids: {POST_IDS}) {{ ... on Post {{ {SAID} }} }} }}",
            (13, 27),
            (0, 6),
            (0, 0),
        ),
        (
            "likes",
            f'{{ post(id: "{POST}") {{ likedBy {{ {PAGE} }} }} }}',
            (10, 24),
            (0, 6),
            (0, 0),
        ),
        (
            "likes of those followed",
            f'{{ post(id: "{POST}") {{ likedBy(onlyFollowed: true) {{ {PAGE} }} }} }}',
            (9, 23),
            (0, 6),
            (0, 0),
        ),
        (
            "replies",
            f'{{ post(id: "{POST}") {{ replies {{ {POSTS} totalCount }} }} }}',
            (16, 34),
            (0, 8),
            (0, 0),
        ),
        (
            "the best replies",
            f'{{ post(id: "{POST}") {{ replies(order: BEST) {{ {POSTS} totalCount }} }} }}',
            (17, 38),
            (0, 10),
            (0, 1),
        ),
        # The page, and the count of all that are still there.
        ("requests", own(f"followRequests {{ {PAGE} }}"), (10, 19), (2, 4), (2, 0)),
        ("requests sent", own(f"sentRequests {{ {PAGE} }}"), (10, 19), (2, 4), (2, 0)),
        ("blocked", own(f"blocked {{ {PAGE} }}"), (8, 20), (0, 4), (0, 0)),
        ("muted", own(f"muted {{ {PAGE} }}"), (12, 19), (4, 4), (4, 0)),
    )
}

# Change, by a process that is at work already: on a server, a lock with what it reads, and a
# commit; then the lists it made stale and what stands between the two, for the answer.
CHANGES: dict[str, tuple[str, Cost]] = {
    "follow": (change("follow", DAN), Cost(5, 8)),
    "follow again": (change("follow", DAN), Cost(2, 2)),
    "unfollow": (change("unfollow", DAN), Cost(5, 5)),
    "unfollow again": (change("unfollow", DAN), Cost(2, 2)),
    "accept": (change("acceptFollow", FIRST + 119), Cost(4, 5)),
    "decline": (change("declineFollow", FIRST + 118), Cost(3, 2)),
    "remove a follower": (change("removeFollower", FIRST), Cost(4, 5)),
    "block": (change("block", FIRST + 1), Cost(6, 7)),
    "block again": (change("block", FIRST + 1), Cost(2, 2)),
    "unblock": (change("unblock", FIRST + 1), Cost(4, 5)),
    "mute": (change("mute", DAN), Cost(3, 2)),
    "unmute": (change("unmute", DAN), Cost(3, 2)),
    "dismiss": (change("dismissSuggestion", DAN), Cost(3, 2)),
    "update": ('mutation { updateProfile(input: {bio: "x"}) { bio } }', Cost(3, 5)),
    "update again": ('mutation { updateProfile(input: {bio: "x"}) { bio } }', Cost(2, 5)),
    "interests": (
        'mutation { updateProfile(input: {interests: ["a", "b"], country: "DE"}) { id } }',
        Cost(4, 5),
    ),
    "like": (did("like"), Cost(7, 15)),
    "like again": (did("like"), Cost(2, 3)),
    "unlike": (did("unlike"), Cost(5, 8)),
    "save": (did("save"), Cost(5, 6)),
    "share": (did("share"), Cost(6, 8)),
    "unshare": (did("unshare"), Cost(9, 6)),
    "views": (f"mutation {{ recordViews(posts: {POST_IDS}) }}", Cost(5, 6)),
    "views again": (f"mutation {{ recordViews(posts: {POST_IDS}) }}", Cost(2, 3)),
    "post": (SAY % "Hello @bob #a", Cost(7, 6)),
    "reply": (
        f'mutation {{ createPost(input: {{text: "x", replyTo: "{POST}"}}) {{ id }} }}',
        Cost(5, 6),
    ),
    "leave": ("mutation { deleteProfile { id } }", Cost(3, 5)),
    "come": ('mutation { createProfile(input: {username: "alice"}) { id } }', Cost(9, 13)),
    "come again": ('mutation { createProfile(input: {username: "alice"}) { id } }', Cost(4, 9)),
}


class Quiet:
    """A store whose trips leave out what no question causes: the look at the generation."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._apart = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @property
    def trips(self) -> int:
        return self._store.trips - self._apart

    async def generation(self) -> int:
        self._apart += 1  # at once, as the store counts it: it may be on its way while we look
        return await self._store.generation()


@pytest.mark.parametrize("size", [60, 150])
@pytest.mark.parametrize("store", STORES, indirect=True)
async def test_questions(store: Store, cache_url: str, size: int) -> None:
    await town(store, size)
    worse = {}
    for name, (query, *known) in READS.items():
        await flush(cache_url)
        async with at_work(store, cache_url) as client:
            found = [await cost(client, query) for _ in range(3)]
        if not all(map(within, found, known)):
            worse[name] = found
    assert worse == {}


@pytest.mark.parametrize("store", ["embedded", "neo4j"], indirect=True)
async def test_changes(store: Store, cache_url: str) -> None:
    await town(store, 60)
    await flush(cache_url)
    async with at_work(store, cache_url) as client:
        await cost(client, change("follow", EVE))
        found = {name: await cost(client, query) for name, (query, _) in CHANGES.items()}
    known = {name: bound for name, (_, bound) in CHANGES.items()}
    assert {name: at for name, at in found.items() if not within(at, known[name])} == {}


def within(found: Cost, bound: Cost) -> bool:
    return found.store <= bound.store and found.cache <= bound.cache


@asynccontextmanager
async def at_work(store: Store, cache_url: str) -> AsyncIterator[Client]:
    quiet: Any = Quiet(store)
    async with living(quiet, cache_url, UNHURRIED) as client:
        yield client


async def cost(client: Client, query: str) -> Cost:
    """Whatever it sets going included."""
    before = await settled(client)
    await client.ask(query, "alice")
    after = await settled(client)
    return Cost(after.store - before.store, after.cache - before.cache)


async def settled(client: Client) -> Cost:
    reader: Any = client.reader
    await kept(reader)
    return Cost(client.store.trips, reader.trips)


async def square(store: Store) -> None:
    """Bob says a hundred things; the first is liked and answered by thirty friends of both."""
    some = range(FIRST + 30, FIRST + 60)
    said = [(BOB, T0 + n, n) for n in range(100)] + [(one, T0 + 100 + one, one) for one in some]
    ids = [post_id(at, number) for _, at, number in said]
    given = {"type": "TEXT", "visibility": "PUBLIC", "text": "said", "gone": False}
    await store.load_posts(
        [{"id": id, "createdAt": at, **given} for id, (_, at, _) in zip(ids, said, strict=True)]
    )
    rows = [(author, id, {"at": at}) for id, (author, at, _) in zip(ids, said, strict=True)]
    await store.load_edges("POSTED", rows)
    await store.load_edges("REPLIES_TO", [(id, ids[0], at) for _, id, at in rows[100:]])
    await store.load_edges("LIKED", [(one, ids[0], {"at": T0 + one}) for one in some])


async def town(store: Store, size: int) -> None:
    """Alice and bob have `size` friends each, half of them in common; the crowd is a chain."""
    crowd = range(FIRST, FIRST + 2 * size)
    fans = range(1_000, 1_000 + FANS)
    await store.take_ids(fans.stop)
    people = [*enumerate(NAMES, 1), *((id, f"p{id}") for id in (*crowd, *fans))]
    await store.load_people([person(id, name) for id, name in people])
    friends = [(ALICE, id) for id in (*crowd[:size], CAROL)]
    friends += [(BOB, id) for id in crowd[size // 2 : size // 2 + size]]
    friends += pairwise(crowd)
    follows = [*friends, *((b, a) for a, b in friends), *((id, EVE) for id in fans)]
    edges = {
        "FOLLOWS": follows,
        "REQUESTED": [(id, ALICE) for id in crowd[-20:]] + [(ALICE, id) for id in crowd[-40:-20]],
        "BLOCKS": [(ALICE, id) for id in crowd[-10:]],
        "MUTES": [(ALICE, id) for id in crowd[:90]],  # a trip for each hundred
    }
    for edge, pairs in edges.items():
        rows = [(a, b, {"since": T0 + at}) for at, (a, b) in enumerate(pairs)]
        await store.load_edges(edge, rows)
    await square(store)
