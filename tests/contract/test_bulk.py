"""Loading and scanning many rows."""

from __future__ import annotations

import pytest

from graph.changes import Create
from graph.errors import Conflict
from graph.store import Store
from graph.upkeep import Loaded
from tests.support.cast import T0, cast, crowd, follow, person
from tests.support.reading import entries, rows

pytestmark = pytest.mark.anyio


async def test_new_same_and_unknown_rows_are_told_apart(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    await follow(store, alice, bob, T0)
    loaded = await store.load_edges(
        "FOLLOWS",
        [
            (alice, bob, {"since": T0 + 9}),
            (bob, alice, {"since": T0 + 1}),
            (alice, 999_999, {"since": T0}),
            (999_999, alice, {"since": T0}),
            (999_998, 999_999, {"since": T0}),
            (carol, bob, {"since": T0 + 2}),
        ],
    )
    assert loaded == Loaded(created=2, same=1, unknown=3)
    assert await rows(store, "FOLLOWS") == [
        (alice, bob, T0),
        (bob, alice, T0 + 1),
        (carol, bob, T0 + 2),
    ]
    assert await store.counts([alice, bob, carol]) == await store.true_counts([alice, bob, carol])


async def test_a_row_that_stands_twice_in_one_call_is_created_once(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    loaded = await store.load_edges(
        "FOLLOWS",
        [
            (alice, bob, {"since": T0 + 1}),
            (alice, bob, {"since": T0 + 2}),
            (alice, carol, {"since": T0 + 3}),
            (alice, bob, {"since": T0 + 1}),
        ],
    )
    assert loaded == Loaded(created=2, same=2, unknown=0)
    assert await rows(store, "FOLLOWS") == [(alice, bob, T0 + 1), (alice, carol, T0 + 3)]
    assert await store.doubled([alice]) == []
    assert (await store.counts([bob]))[0]["followers"] == 1


async def test_loading_again_changes_nothing(store: Store) -> None:
    ids = await crowd(store, 30)
    edges = [(a, b, {"since": T0 + a}) for a in ids for b in ids if a != b and (a + b) % 3]
    assert (await store.load_edges("FOLLOWS", edges)).created == len(edges)
    counts = await store.counts(ids)
    assert await store.load_edges("FOLLOWS", edges) == Loaded(0, len(edges), 0)
    assert await store.counts(ids) == counts == await store.true_counts(ids)
    assert len(await rows(store, "FOLLOWS")) == len(edges)


async def test_friends_made_within_one_call_are_counted(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    await follow(store, carol, alice)
    await store.load_edges(
        "FOLLOWS",
        [(a, b, {"since": T0}) for a, b in ((alice, bob), (bob, alice), (alice, carol))],
    )
    counts = await store.counts([alice, bob, carol])
    assert [one["friends"] for one in counts] == [2, 1, 1]


async def test_properties_of_loaded_edges_are_there(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    await store.load_edges("FOLLOWS", [(alice, bob, {"since": T0, "notify": True, "via": "é"})])
    [pair] = await store.pairs(alice, [bob])
    assert pair.out["FOLLOWS"] == {"since": T0, "notify": True, "via": "é"}


async def test_loaded_edges_are_on_pages_of_both_ends(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    await store.load_edges(
        "FOLLOWS", [(alice, bob, {"since": T0}), (carol, bob, {"since": T0 + 1})]
    )
    page = await store.neighbours_page("followers", bob, 10)
    assert page.ids.tolist() == [carol, alice]


async def test_edges_to_other_kinds_load(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    await store.write((Create("Post", 2**60, {"text": "x", "createdAt": T0}),))
    await store.load_edges("POSTED", [(alice, 2**60, {"at": T0})])
    loaded = await store.load_edges(
        "LIKED", [(bob, 2**60, {"at": T0 + 1}), (bob, 2**60 + 1, {"at": T0 + 1})]
    )
    assert loaded == Loaded(1, 0, 1)
    assert await rows(store, "LIKED") == [(bob, 2**60, T0 + 1)]
    page = await store.neighbours_page("liked_by", 2**60, 5)
    assert entries(page) == [(T0 + 1, bob)]
    assert (await store.counts([alice]))[0]["posts"] == 1


async def test_nothing_is_loaded_from_nothing(store: Store) -> None:
    assert await store.load_edges("FOLLOWS", []) == Loaded(0, 0, 0)
    await store.load_people([])
    assert await store.scan_people(0, 5) == []


async def test_a_loaded_person_overwrites_the_one_of_that_id(store: Store) -> None:
    await store.load_people([person(1, "alice", bio="old")])
    await store.load_people([person(2, "bob")])
    await follow(store, 2, 1)
    await store.load_people([person(1, "alicia", bio="new")])
    [alice] = await store.people([1])
    assert alice is not None
    assert (alice.username, alice.bio) == ("alicia", "new")
    assert await store.find_people("usernameKey", ["alice", "alicia"]) == [None, 1]
    assert (await store.counts([1]))[0]["followers"] == 1
    assert await rows(store, "FOLLOWS") == [(2, 1, T0)]


async def test_a_taken_key_among_many_rows_loads_none_of_them(store: Store) -> None:
    await store.load_people([person(1, "alice")])
    with pytest.raises(Conflict) as conflict:
        await store.load_people([person(2, "bob"), person(3, "Alice"), person(4, "dan")])
    assert conflict.value.extensions["field"] in ("usernameKey", "subjectKey")
    assert await store.people([2, 3, 4]) == [None, None, None]


async def test_every_edge_is_scanned_once_in_chunks(store: Store) -> None:
    ids = await crowd(store, 60)
    edges = [(a, b, {"since": T0 + b}) for a in ids for b in ids if a != b]
    await store.load_edges("FOLLOWS", edges)
    found = await rows(store, "FOLLOWS")
    assert found == sorted((a, b, props["since"]) for a, b, props in edges)
    assert await rows(store, "BLOCKS") == []
