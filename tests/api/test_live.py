"""The whole way, through hot lists on real servers: what holds for the model holds there."""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graph.actions.edges import Draft
from graph.actions.moment import Moment
from graph.adjacency.reader import Reader
from graph.adjacency.touched import Touched
from graph.changes import Emit, Ops
from graph.events.kinds import Kind
from graph.records import Pair
from graph.store import Store
from tests.api.test_noninterference import everything, may_know
from tests.api.worlds import PAIRS, PEOPLE, World, worlds
from tests.support.asking import NOW, Client, gid
from tests.support.cast import T0, cast, crowd
from tests.support.living import flush, hot
from tests.support.stores import Stores

pytestmark = pytest.mark.anyio

EXAMPLES = 60 if os.environ.get("AMITY_TEST_SOAK") else 4
EDGE = {
    "follows": "FOLLOWS",
    "blocks": "BLOCKS",
    "requests": "REQUESTED",
    "mutes": "MUTES",
    "dismissed": "DISMISSED",
}


@pytest.mark.parametrize("name", ["embedded", "neo4j"])
@settings(deadline=None, max_examples=EXAMPLES)
@given(
    world=worlds(),
    kind=st.sampled_from(["follows"] * 4 + ["blocks", "requests", "mutes", "dismissed"]),
    pair=st.sampled_from(PAIRS),
    viewer=st.sampled_from([None, *PEOPLE]),
)
async def test_a_hidden_change_moves_nothing(
    stores: Stores,
    cache_url: str,
    name: str,
    world: World,
    kind: str,
    pair: tuple[int, int],
    viewer: int | None,
) -> None:
    """Cold, warm, and after an edge came or went that the viewer may not know of."""
    assume(not may_know(world, kind, pair, viewer))
    standing = world.follows | world.requests | world.blocks
    assume(kind == "follows" or not standing & {pair, pair[::-1]})
    assume(kind != "follows" or not (world.requests | world.blocks) & {pair, pair[::-1]})
    store = await stores.empty(name)
    await world.load(store)
    await flush(cache_url)
    async with hot(store, cache_url) as reader:
        client = Client(store, reader=reader)
        before = await everything(client, viewer)
        assert await everything(client, viewer) == before
        await toggle(store, reader, EDGE[kind], *pair)
        assert await everything(client, viewer) == before


async def toggle(store: Store, reader: Reader, edge: str, a: int, b: int) -> None:
    """As an action writes it, whatever the rules say."""

    def decide(pair: Pair) -> Ops:
        draft = Draft(pair, a, b, Moment(NOW, 1))
        if draft.has(edge, a, b):
            draft.unlink(edge, a, b)
        else:
            draft.link(edge, a, b, {})
        return draft.done(Kind.FOLLOWED)

    _, ops = await store.change_pair(a, b, decide)
    (event,) = [op.event for op in ops if isinstance(op, Emit)]
    await reader.invalidate(Touched.from_json(event.data["touched"]))


WALK = """query($id: ID!, $after: String) { user(id: $id) {
  followers(first: 20, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }"""


async def test_a_walk_among_those_who_come_and_go(live_client: Client) -> None:
    """Nobody is seen twice; who followed throughout is not missed."""
    store, dice = live_client.store, random.Random(20)
    people = await cast(store)
    fans = list(await crowd(store, 400))
    rows = [(fan, people.eve, {"since": T0 + at}) for at, fan in enumerate(fans[:350])]
    await store.load_edges("FOLLOWS", rows)
    steady = set(fans[:350:2])

    seen: list[str] = []
    after = None
    while True:
        user = await live_client.ask(WALK, "alice", id=gid(people.eve), after=after)
        page = user["user"]["followers"]
        seen += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        assert len(page["nodes"]) == 20
        after = page["pageInfo"]["endCursor"]
        for fan in dice.sample([fan for fan in fans if fan not in steady], 5):
            live_client.now += 1
            change = dice.choice([live_client.actions.follow, live_client.actions.unfollow])
            await change(fan, people.eve)
    assert len(seen) == len(set(seen))
    assert {gid(fan) for fan in steady} <= set(seen)
