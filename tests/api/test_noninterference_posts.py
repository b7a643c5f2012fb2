"""What a viewer may not see of posts changes nothing but the public numbers.

Small random worlds with posts, replies, shares and likes. Everything about posts that the API can
be asked is asked before and after a hidden thing is there; the answers are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import orjson
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from graph.stores.memory import MemoryStore
from tests.api.worlds import NAMES, PAIRS, PEOPLE, World, name, worlds
from tests.support.asking import Client, gid
from tests.support.cast import T0
from tests.support.posting import like, post, post_id

pytestmark = pytest.mark.anyio

MANY = 6
KINDS = ("PUBLIC", "FOLLOWERS", "FRIENDS", "PRIVATE")


@dataclass(frozen=True)
class Said:
    author: int
    visibility: str
    reply_to: int | None = None
    shares: int | None = None
    gone: bool = False


@dataclass(frozen=True)
class Square:
    """People, what they posted (by number, in order of time), and who likes what."""

    world: World
    said: tuple[Said, ...]
    likes: frozenset[tuple[int, int]]
    # Posts that never were: nothing leads to them.
    missing: frozenset[int] = frozenset()

    def sees(self, viewer: int | None, number: int) -> bool:
        """As DECISIONS says it: its own visibility and its author's profile, both."""
        one = self.said[number]
        if one.gone or not self.world.profile_open(viewer, one.author):
            return False
        follows = self.world.follows
        following = (viewer, one.author) in follows
        friends = following and (one.author, viewer) in follows
        circle = {"PUBLIC": True, "FOLLOWERS": following, "FRIENDS": friends, "PRIVATE": False}
        return viewer == one.author or circle[one.visibility]

    def plain(self, number: int) -> bool:
        """The first share of a post by one person has no words; a further one is a quote."""
        one = self.said[number]
        earlier = [(past.author, past.shares) for past in self.said[:number]]
        return one.shares is not None and (one.author, one.shares) not in earlier

    async def client(self, piece: int) -> Client:
        store = MemoryStore()
        await self.world.load(store)
        for number, one in enumerate(self.said):
            if number in self.missing or one.author in self.world.missing:
                continue
            leads = {
                edge: post_id(T0 + other, other)
                for edge, other in (("reply_to", one.reply_to), ("shares", one.shares))
                if other is not None and other not in self.missing
            }
            # Something to read, but where it is a plain share.
            words: dict[str, Any] = {"text": f"said {number}", "tags": ("t",)}
            if self.plain(number):
                words = {} if "shares" in leads else {"text": None}
            given: dict[str, Any] = {"visibility": one.visibility, "gone": one.gone}
            at = T0 + number
            await post(store, one.author, at, number, **leads, **words, **given)
        for person, number in sorted(self.likes):
            if number not in self.missing:
                await like(store, person, post_id(T0 + number, number), T0 + 100 + person)
        return Client(store, piece)


@st.composite
def squares(draw: st.DrawFn) -> Square:
    said = []
    for number in range(MANY):
        earlier = st.sampled_from([None, *range(number)])
        reply_to = draw(earlier)
        shares = draw(earlier) if reply_to is None else None
        said.append(
            Said(
                draw(st.sampled_from(PEOPLE)),
                draw(st.sampled_from(("PUBLIC", *KINDS))),
                reply_to,
                shares,
                draw(st.sampled_from([False] * 7 + [True])),
            )
        )
    pairs = [(person, number) for person in PEOPLE for number in range(MANY)]
    likes = draw(st.frozensets(st.sampled_from(pairs), max_size=8))
    return Square(draw(worlds()), tuple(said), likes)


POST = """fragment Post on Post { id text type visibility createdAt tags author { id }
  mentions { id } replyTo { id } shares { id author { id } } media { url }
  likedByViewer savedByViewer sharedByViewer
  likedBy { nodes { id } pageInfo { hasNextPage } }
  one: likedBy(first: 1) { nodes { id } pageInfo { hasNextPage } }
  followed: likedBy(onlyFollowed: true) { nodes { id } totalCount restricted }
  replies { nodes { id } } oldest: replies(order: OLDEST, first: 1) { nodes { id }
    pageInfo { hasNextPage hasPreviousPage } }
  best: replies(order: BEST) { nodes { id } pageInfo { hasNextPage } } }"""
# Public numbers (a post's counts, `totalCount` of likes, replies and posts) are left out: they
# count every live edge.


def battery() -> str:
    asked = [
        f'u{id}: user(id: "{gid(id)}") {{ posts {{ restricted nodes {{ ...Post }} }} '
        f"few: posts(first: 2) {{ nodes {{ id }} pageInfo {{ hasNextPage }} }} }}"
        for id in PEOPLE
    ]
    asked += [f'p{n}: post(id: "post_{post_id(T0 + n, n)}") {{ ...Post }}' for n in range(MANY)]
    return "{" + " ".join(asked) + "}" + POST


async def everything(square: Square, viewer: int | None, piece: int = 2) -> list[bytes]:
    client = await square.client(piece)
    as_ = None if viewer is None else name(viewer)
    ids = [f"post_{post_id(T0 + n, n)}" for n in range(MANY)]
    nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Post { text } } }"
    answers = [await client.answer(battery(), as_), await client.answer(nodes, as_, ids=ids)]
    return [orjson.dumps(answer) for answer in answers]


viewers = st.sampled_from([None, *PEOPLE])


@settings(deadline=None, max_examples=40)
@given(square=squares(), viewer=viewers, number=st.sampled_from(range(MANY)))
async def test_a_hidden_post_changes_nothing(
    square: Square, viewer: int | None, number: int
) -> None:
    assume(not square.sees(viewer, number))
    one = square.said[number]
    event(f"{one.visibility}, gone: {one.gone}")
    without = replace(square, missing=frozenset({number}))
    assert await everything(square, viewer) == await everything(without, viewer)


@settings(deadline=None, max_examples=40)
@given(
    square=squares(),
    viewer=viewers,
    person=st.sampled_from(PEOPLE),
    number=st.sampled_from(range(MANY)),
)
async def test_a_hidden_like_changes_nothing(
    square: Square, viewer: int | None, person: int, number: int
) -> None:
    assume(person != viewer)
    assume(not (square.sees(viewer, number) and square.world.listed(viewer, person)))
    event("of a hidden post" if not square.sees(viewer, number) else "by somebody hidden")
    other = replace(square, likes=square.likes ^ {(person, number)})
    assert await everything(square, viewer) == await everything(other, viewer)


@settings(deadline=None, max_examples=30)
@given(square=squares(), viewer=viewers, pair=st.sampled_from(PAIRS))
async def test_a_hidden_follow_changes_nothing_about_posts(
    square: Square, viewer: int | None, pair: tuple[int, int]
) -> None:
    world = square.world
    assume(viewer not in pair)
    assume(not world.blocks & {pair, pair[::-1]})
    other = replace(square, world=replace(world, follows=world.follows ^ {pair}))
    assert await everything(square, viewer) == await everything(other, viewer)


@settings(deadline=None, max_examples=40)
@given(square=squares(), viewer=viewers)
async def test_what_is_shown_is_what_may_be_seen(square: Square, viewer: int | None) -> None:
    client = await square.client(piece=2)
    as_ = None if viewer is None else name(viewer)
    ids = [f"post_{post_id(T0 + n, n)}" for n in range(MANY)]
    found = await client.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", as_, ids=ids)
    seen = [node is not None for node in found["nodes"]]
    assert seen == [square.sees(viewer, number) for number in range(MANY)]
    posts = "posts { nodes { id } }"
    asked = " ".join(f'{one}: user(username: "{one}") {{ {posts} }}' for one in NAMES)
    lists = await client.ask("{" + asked + "}", as_)
    for id in PEOPLE:
        one = lists[name(id)]
        shown = [] if one is None else [node["id"] for node in one["posts"]["nodes"]]
        mine = [n for n in range(MANY) if square.said[n].author == id and seen[n]]
        assert shown == [ids[n] for n in reversed(mine)]


async def test_the_battery_tells_what_may_be_seen() -> None:
    """Or the tests above would show nothing."""
    square = Square(World(), (Said(2, "PUBLIC"), Said(3, "PUBLIC", reply_to=0)), frozenset())
    before = await everything(square, 1)

    async def differs(**changes: Any) -> bool:
        return await everything(replace(square, **changes), 1) != before

    assert await differs(missing=frozenset({1}))
    assert await differs(likes=frozenset({(4, 0)}))
    assert await differs(said=(Said(2, "FOLLOWERS"), square.said[1]))
