"""What snapshots are made of."""

from __future__ import annotations

import pytest

from graph.changes import Create
from graph.store import Store
from tests.support.cast import T0, cast, crowd
from tests.support.reading import rows

pytestmark = pytest.mark.anyio


async def ends(store: Store, edge: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    async for sources, targets in store.scan_ends(edge):
        assert len(sources) > 0
        found += zip(sources.tolist(), targets.tolist(), strict=True)
    return sorted(found)


async def test_ends_are_those_of_every_edge(store: Store) -> None:
    ids = await crowd(store, 60)
    pairs = [(a, b, {"since": T0 + b}) for a in ids for b in ids if a != b]
    await store.load_edges("FOLLOWS", pairs)
    assert await ends(store, "FOLLOWS") == [(a, b) for a, b, _ in await rows(store, "FOLLOWS")]
    assert await ends(store, "BLOCKS") == []


async def test_ends_of_other_kinds(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    posts = [2**60, 2**60 + 7]
    for post in posts:
        await store.write((Create("Post", post, {"text": "x", "createdAt": T0}),))
    await store.load_edges("LIKED", [(alice, posts[0], {"at": T0}), (bob, posts[1], {"at": T0})])
    await store.load_edges("REPLIES_TO", [(posts[1], posts[0], {"at": T0})])
    assert await ends(store, "LIKED") == [(alice, posts[0]), (bob, posts[1])]
    assert await ends(store, "REPLIES_TO") == [(posts[1], posts[0])]


async def test_external_ids_in_order(store: Store) -> None:
    people = await cast(store, alice={"externalId": "a-1"}, carol={"externalId": "c-1"})
    asked = [people.carol, 999_999, people.bob, people.alice, people.carol]
    assert await store.external_ids("User", asked) == ["c-1", None, None, "a-1", "c-1"]
    await store.write((Create("Post", 2**60, {"externalId": "p-1", "createdAt": T0}),))
    assert await store.external_ids("Post", [2**60]) == ["p-1"]
    assert await store.external_ids("Post", []) == []
