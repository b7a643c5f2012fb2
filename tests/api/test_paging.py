"""Walks through lists while people come and go: nobody twice, nobody missed, both ways."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.stores.memory import MemoryStore
from tests.support.asking import Client, gid, names
from tests.support.cast import T0, befriend, block, cast, crowd, follow

pytestmark = pytest.mark.anyio

FOLLOWERS = """query($id: ID!, $first: Int, $after: String, $last: Int, $before: String,
    $order: LinkOrder) {
  user(id: $id) { followers(first: $first, after: $after, last: $last, before: $before,
      order: $order) {
    edges { cursor node { id username } since }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
FAR = """query($id: ID!, $first: Int, $after: String) {
  user(id: $id) { friendsOfFriends(first: $first, after: $after) {
    nodes { username } pageInfo { hasNextPage hasPreviousPage endCursor } totalCount } } }"""


@dataclass(frozen=True)
class Walk:
    """Who is there at first, and, after each page, who follows anew and who leaves."""

    there: list[int]
    moves: list[tuple[bool, int]]
    sizes: list[int]


CROWD = 14
walks = st.builds(
    Walk,
    st.lists(st.integers(0, CROWD - 1), unique=True),
    st.lists(st.tuples(st.booleans(), st.integers(0, CROWD - 1)), max_size=12),
    st.lists(st.integers(1, 4), min_size=1, max_size=6),
)
orders = st.sampled_from(["LATEST", "STRONGEST"])


@settings(deadline=None, max_examples=80)
@example(walk=Walk([0, 1, 2], [(True, 0), (False, 0)], [1]), forward=False, order="LATEST")
@given(walk=walks, forward=st.booleans(), order=orders)
async def test_a_walk_while_people_follow_and_leave(walk: Walk, forward: bool, order: str) -> None:
    client = Client(MemoryStore(), piece=3)
    people = await cast(client.store)
    ids = await crowd(client.store, CROWD)
    for at, one in enumerate(walk.there):
        # Two at a time in one millisecond: ties are told apart by id.
        await follow(client.store, ids[one], people.alice, T0 + at // 2)
    always, seen = set(walk.there), []
    moves, cursor = list(walk.moves), None
    for turn in range(3 * CROWD):
        size = walk.sizes[turn % len(walk.sizes)]
        window = {"first": size, "after": cursor} if forward else {"last": size, "before": cursor}
        found = await client.ask(FOLLOWERS, "bob", id=gid(people.alice), order=order, **window)
        page = found["user"]["followers"]
        # Who leaves and follows anew stands at the newest end again: that is another entry.
        shown = [(edge["node"]["id"], edge["since"]) for edge in page["edges"]]
        seen += shown if forward else shown[::-1]
        info = page["pageInfo"]
        more = info["hasNextPage" if forward else "hasPreviousPage"]
        assert len(shown) == size or not more
        if not more:
            break
        cursor = info["endCursor" if forward else "startCursor"]
        if moves:
            comes, one = moves.pop()
            client.now += 1000
            if comes:
                await client.actions.follow(ids[one], people.alice)
            else:
                await client.actions.unfollow(ids[one], people.alice)
                always.discard(one)
    else:
        pytest.fail("the walk does not end")
    assert len(seen) == len(set(seen))
    assert {gid(ids[one]) for one in always} <= {id for id, _ in seen}


async def test_pages_say_exactly_whether_there_is_more(client: Client) -> None:
    people = await cast(client.store)
    ids = await crowd(client.store, 5)
    for at, one in enumerate(ids):
        await follow(client.store, one, people.alice, T0 + at)
    # Hidden ends of the list are no more.
    await block(client.store, ids[0], people.bob)
    await block(client.store, ids[4], people.bob)

    async def page(**window: object) -> dict:  # type: ignore[type-arg]
        found = await client.ask(FOLLOWERS, "bob", id=gid(people.alice), **window)
        return found["user"]["followers"]

    whole = await page(first=3)
    assert [edge["node"]["id"] for edge in whole["edges"]] == [gid(ids[at]) for at in (3, 2, 1)]
    assert not whole["pageInfo"]["hasNextPage"]
    assert not whole["pageInfo"]["hasPreviousPage"]
    cursors = [edge["cursor"] for edge in whole["edges"]]

    middle = await page(first=1, after=cursors[0])
    assert middle["pageInfo"]["hasNextPage"]
    assert middle["pageInfo"]["hasPreviousPage"]
    back = await page(last=1, before=cursors[1])
    assert back["edges"] == whole["edges"][:1]
    assert back["pageInfo"]["hasNextPage"]
    assert not back["pageInfo"]["hasPreviousPage"]
    beyond = await page(first=5, after=cursors[2])
    assert beyond["edges"] == []
    assert beyond["pageInfo"]["hasPreviousPage"]


async def test_a_snapshot_keeps_its_order_and_today_s_rules(client: Client) -> None:
    people = await cast(client.store, "frank")
    for friend in (people.bob, people.carol):
        await befriend(client.store, people.alice, friend)
    for far in (people.dan, people.eve, people.frank):
        await befriend(client.store, people.bob, far)
    await befriend(client.store, people.carol, people.eve)

    async def page(after: str | None = None) -> dict:  # type: ignore[type-arg]
        found = await client.ask(FAR, "alice", id=gid(people.alice), first=1, after=after)
        return found["user"]["friendsOfFriends"]

    first = await page()
    assert names(first) == ["eve"]
    assert first["totalCount"] == 3
    # Frank would come first by now; whoever blocks is gone from the snapshot too.
    await befriend(client.store, people.carol, people.frank)
    await client.actions.block(people.dan, people.alice)
    second = await page(first["pageInfo"]["endCursor"])
    assert names(second) == ["frank"]
    assert not second["pageInfo"]["hasNextPage"]
    assert second["pageInfo"]["hasPreviousPage"]

    client.snapshots.forget()
    answer = await client.refusal(
        FAR, "alice", id=gid(people.alice), first=1, after=first["pageInfo"]["endCursor"]
    )
    assert answer["code"] == "CURSOR_EXPIRED"


async def test_a_cursor_is_good_for_its_list_its_owner_and_its_viewer(client: Client) -> None:
    people = await cast(client.store)
    for owner in (people.alice, people.bob):
        for follower in (people.carol, people.dan):
            await follow(client.store, follower, owner)
    found = await client.ask(FOLLOWERS, "eve", id=gid(people.alice), first=1)
    cursor = found["user"]["followers"]["pageInfo"]["endCursor"]
    forged = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    alice, bob = gid(people.alice), gid(people.bob)

    accepted = await client.ask(FOLLOWERS, "eve", id=alice, first=1, after=cursor)
    assert len(accepted["user"]["followers"]["edges"]) == 1
    for as_, id, after, order in (
        ("eve", bob, cursor, "LATEST"),
        ("dan", alice, cursor, "LATEST"),
        (None, alice, cursor, "LATEST"),
        ("eve", alice, cursor, "STRONGEST"),
        ("eve", alice, forged, "LATEST"),
        ("eve", alice, "", "LATEST"),
        ("eve", alice, "ü", "LATEST"),
        ("eve", alice, cursor * 9, "LATEST"),
    ):
        refused = await client.refusal(FOLLOWERS, as_, id=id, first=1, after=after, order=order)
        assert refused == {"code": "BAD_INPUT"}, (as_, id, after, order)


@pytest.mark.parametrize(
    "window",
    [
        {"first": 0},
        {"first": 101},
        {"last": -1},
        {"first": 1, "last": 1},
        {"first": 1, "before": "x"},
        {"last": 1, "after": "x"},
    ],
)
async def test_windows_that_are_none(client: Client, window: dict[str, object]) -> None:
    people = await cast(client.store)
    refused = await client.refusal(FOLLOWERS, "eve", id=gid(people.alice), **window)
    assert refused == {"code": "BAD_INPUT"}
