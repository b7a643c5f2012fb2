"""A snapshot is the graph as it stands, without who is gone."""

from __future__ import annotations

import pytest

from analysts.runs.kinds import KINDS
from analysts.runs.snapshot import Snapshot, take_snapshot
from graph.changes import Create
from graph.declaring import SeenBy
from graph.model import EDGE
from graph.stores.memory import MemoryStore
from tests.support.cast import T0, befriend, cast, follow

pytestmark = pytest.mark.anyio


def edges(snapshot: Snapshot) -> set[tuple[int, int]]:
    graph = snapshot.graph
    ends = snapshot.ids[graph.sources()].tolist(), snapshot.ids[graph.targets].tolist()
    return set(zip(*ends, strict=True))


async def test_follows_are_directed_and_friends_are_not(memory: MemoryStore) -> None:
    alice, bob, carol, _, eve = await cast(memory)
    await befriend(memory, alice, eve)
    await follow(memory, alice, bob)
    await follow(memory, carol, alice)
    follows = await take_snapshot(memory, KINDS["follows"])
    assert follows.ids.tolist() == [alice, bob, carol, eve], "dan has no edge"
    assert edges(follows) == {(alice, eve), (eve, alice), (alice, bob), (carol, alice)}
    friends = await take_snapshot(memory, KINDS["friends"])
    assert friends.ids.tolist() == [alice, eve]
    assert (friends.graph.edges, friends.graph.directed) == (1, False)


async def test_who_is_gone_is_not_in_it(memory: MemoryStore) -> None:
    people = await cast(memory, bob={"gone": True})
    await follow(memory, people.alice, people.bob)
    await follow(memory, people.bob, people.carol)
    await follow(memory, people.carol, people.dan)
    snapshot = await take_snapshot(memory, KINDS["follows"])
    assert edges(snapshot) == {(people.carol, people.dan)}


async def test_a_graph_of_two_kinds_keeps_them_apart(memory: MemoryStore) -> None:
    alice, bob, *_ = await cast(memory)
    # The post has the number of a person.
    await memory.write((Create("Post", bob, {"createdAt": T0}),))
    await memory.load_edges("LIKED", [(alice, bob, {"at": T0}), (bob, bob, {"at": T0})])
    likes = await take_snapshot(memory, KINDS["likes"])
    assert likes.ids.tolist() == [alice, bob, bob]
    assert [likes.label(node) for node in range(3)] == ["User", "User", "Post"]
    assert likes.node("User", bob) == 1
    assert likes.node("Post", bob) == 2
    assert likes.node("Post", alice) is None
    assert likes.graph.row(0).tolist() == likes.graph.row(1).tolist() == [2]


async def test_nothing_makes_an_empty_snapshot(memory: MemoryStore) -> None:
    for kind in KINDS.values():
        snapshot = await take_snapshot(memory, kind)
        assert (snapshot.graph.nodes, snapshot.graph.edges) == (0, 0)


def test_what_only_its_maker_sees_makes_no_graph() -> None:
    assert {"follows", "friends", "likes", "replies"} <= KINDS.keys()
    assert all(kind.edge.seen_by is SeenBy.POLICY for kind in KINDS.values())
    assert EDGE["BLOCKS"].graph is None
