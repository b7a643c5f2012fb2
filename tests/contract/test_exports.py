"""Everything there is, in chunks, with all that it says."""

from __future__ import annotations

import pytest

from graph.changes import Create
from graph.store import Store
from tests.support.cast import T0, cast, crowd, follow, link

pytestmark = pytest.mark.anyio


async def test_nodes_come_whole_and_in_order(store: Store) -> None:
    people = await cast(store, alice={"bio": "x"})
    ids = [*people, *await crowd(store, 30)]
    found = [props async for chunk in store.scan_nodes("User") for props in chunk]
    assert [props["id"] for props in found] == ids
    assert (found[0]["username"], found[0]["bio"]) == ("alice", "x")
    some = [p["id"] async for c in store.scan_nodes("User", ids[2], ids[4]) for p in c]
    assert some == ids[3:5]
    assert [chunk async for chunk in store.scan_nodes("Tag") if chunk] == []


async def test_links_come_whole(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    await follow(store, alice, bob, T0, notify=True)
    await follow(store, carol, alice, T0 + 1)
    await store.write((Create("Post", 2**60, {"text": "x", "createdAt": T0}),))
    await link(store, "LIKED", bob, 2**60, at=T0 + 2)
    found = [one async for chunk in store.scan_links("FOLLOWS") for one in chunk]
    assert [(a, b, props["since"], props["notify"]) for a, b, props in found] == [
        (alice, bob, T0, True),
        (carol, alice, T0 + 1, False),
    ]
    liked = [(a, b) async for chunk in store.scan_links("LIKED") for a, b, _ in chunk]
    assert liked == [(bob, 2**60)]
    assert [id for id, _ in await store.links_of("FOLLOWS", alice, "out")] == [bob]
    assert [id for id, _ in await store.links_of("FOLLOWS", alice, "in")] == [carol]
    assert [id for id, _ in await store.links_of("LIKED", 2**60, "in")] == [bob]
