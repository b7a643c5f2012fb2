"""Who blocked the viewer looks as if there had never been anybody: in every answer, on every list,
in what a change answers, and in what a question costs."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from schema.execute import schema
from tests.api.test_noninterference import everything, may_know, toggled
from tests.api.worlds import PAIRS, PEOPLE, World, name, worlds
from tests.support.asking import Client, gid
from web.cost import Costs
from web.documents import Documents
from web.execution import graphql_schema, preparer
from web.limits import Limits

pytestmark = pytest.mark.anyio

CHANGES = (
    "follow",
    "unfollow",
    "acceptFollow",
    "declineFollow",
    "removeFollower",
    "block",
    "unblock",
    "mute",
    "unmute",
    "dismissSuggestion",
)
ANSWER = """{ user { id bio relationship { following } followersYouFollow { totalCount } }
  relationship { user { username } following followedBy friends requested requestedBy blocking
    muting notify since distance mutualFriendCount } }"""


def blocking(world: World, who: int, whom: int) -> World:
    """As the action leaves it: no follow and no request stands between the two."""
    ended = {(who, whom), (whom, who)}
    return replace(
        world,
        follows=world.follows - ended,
        requests=world.requests - ended,
        blocks=world.blocks | {(who, whom)},
    )


async def never_was(world: World, who: int) -> Client:
    return await replace(world, missing=frozenset({who})).client(piece=2)


def elsewhere(viewer: int | None) -> st.SearchStrategy[int]:
    return st.sampled_from([id for id in PEOPLE if id != viewer])


@settings(deadline=None, max_examples=40)
@given(data=st.data(), world=worlds(), viewer=st.sampled_from(PEOPLE))
async def test_who_blocked_the_viewer_never_was(
    data: st.DataObject, world: World, viewer: int
) -> None:
    who = data.draw(elsewhere(viewer))
    blocked = await blocking(world, who, viewer).client(piece=2)
    assert await everything(blocked, viewer) == await everything(
        await never_was(world, who), viewer
    )


@settings(deadline=None, max_examples=25)
@given(data=st.data(), world=worlds(), viewer=st.sampled_from([None, *PEOPLE]))
async def test_who_left_never_was(data: st.DataObject, world: World, viewer: int | None) -> None:
    who = data.draw(elsewhere(viewer))
    props = {**world.props, who: {**world.props.get(who, {}), "gone": True}}
    gone = await replace(world, props=props).client(piece=2)
    nobody = await never_was(world, who)
    assert await everything(gone, viewer) == await everything(nobody, viewer)


async def change(client: Client, what: str, viewer: int, whom: int) -> bytes:
    text = f'mutation {{ {what}(user: "{gid(whom)}") {ANSWER} }}'
    return orjson.dumps(await client.answer(text, name(viewer)))


@settings(deadline=None, max_examples=15)
@given(data=st.data(), world=worlds(), viewer=st.sampled_from(PEOPLE))
async def test_changes_find_nobody_where_there_is_a_block(
    data: st.DataObject, world: World, viewer: int
) -> None:
    who = data.draw(elsewhere(viewer))
    assume(not world.prop(viewer, "gone", False))
    for what in CHANGES:
        there = await blocking(world, who, viewer).client()
        before = await there.store.backlog()
        answer = await change(there, what, viewer, who)
        assert answer == await change(await never_was(world, who), what, viewer, who)
        assert b"NOT_FOUND" in answer
        assert await there.store.backlog() == before


@settings(deadline=None, max_examples=100)
@given(
    world=worlds(),
    what=st.sampled_from(CHANGES),
    ends=st.sampled_from(PAIRS),
    kind=st.sampled_from(["follows"] * 4 + ["blocks", "requests", "mutes", "dismissed"]),
    pair=st.sampled_from(PAIRS),
)
async def test_a_hidden_edge_moves_no_answer_of_a_change(
    world: World, what: str, ends: tuple[int, int], kind: str, pair: tuple[int, int]
) -> None:
    viewer, whom = ends
    # A change may open what was closed: what may be known after it counts.
    if what in ("follow", "acceptFollow"):
        opened = replace(world, follows=world.follows | {(viewer, whom), (whom, viewer)})
        assume(not may_know(opened, kind, pair, viewer))
    if what == "unblock":
        opened = replace(world, blocks=world.blocks - {(viewer, whom)})
        assume(not may_know(opened, kind, pair, viewer))
    assume(not may_know(world, kind, pair, viewer))
    standing = world.follows | world.requests | world.blocks
    assume(
        kind in ("mutes", "dismissed") or not (standing - getattr(world, kind)) & {pair, pair[::-1]}
    )
    event(kind)
    there = await world.client()
    toggle = await toggled(world, kind, pair).client()
    assert await change(there, what, viewer, whom) == await change(toggle, what, viewer, whom)


QUESTION = """query($someone: ID!) { user(id: $someone) {
  followers { nodes { id } } friendsOfFriends { totalCount } relationship { distance }
  mutualFriends(with: $someone) { nodes { id } } } }"""


async def test_a_question_about_nobody_to_be_found_costs_what_one_about_nobody_does() -> None:
    friends = frozenset(p for p in PAIRS if 2 in p and 1 not in p)
    world = World(follows=friends, blocks=frozenset({(2, 1)}))
    hidden = await cost(await world.client(), QUESTION, viewer=1)
    assert hidden == await cost(await never_was(world, 2), QUESTION, viewer=1)
    assert hidden < await cost(await world.client(), QUESTION, viewer=3)


async def cost(client: Client, text: str, viewer: int) -> int:
    graphql = graphql_schema(schema)
    documents = Documents(graphql, Limits(), 1 << 20, preparer(graphql))
    operation = documents.prepare(text).operation(None)
    context = await client.context(name(viewer))
    costs = Costs(client.reader, 1 << 30)
    variables = {"someone": gid(2)}
    return await costs.check(operation.shape, operation.reads, variables, context.viewer)
