"""Unique keys, and nodes that are named by one."""

from __future__ import annotations

import pytest

from graph.changes import Create, Name, Put
from graph.errors import Conflict
from graph.store import Store
from tests.support.cast import cast
from tests.support.reading import rows

pytestmark = pytest.mark.anyio

KEYS = ["usernameKey", "externalKey", "subjectKey"]


@pytest.mark.parametrize("key", KEYS)
async def test_a_taken_key_is_a_conflict_that_names_it(store: Store, key: str) -> None:
    people = await cast(store, bob={key: "taken"})
    with pytest.raises(Conflict) as on_put:
        await store.change_person(
            people.alice, lambda _: (Put("User", people.alice, {key: "taken"}),)
        )
    assert on_put.value.extensions["field"] == key
    with pytest.raises(Conflict) as on_create:
        await store.write((Create("User", 900, {"username": "n", key: "taken"}),))
    assert on_create.value.extensions["field"] == key
    assert await store.people([900]) == [None]
    with pytest.raises(Conflict) as on_load:
        await store.load_people([{"id": 901, "username": "n", key: "taken"}])
    assert on_load.value.extensions["field"] == key
    assert await store.people([901]) == [None]
    assert await store.find_people(key, ["taken"]) == [people.bob]


@pytest.mark.parametrize("key", KEYS)
async def test_ones_own_key_is_no_conflict(store: Store, key: str) -> None:
    people = await cast(store, bob={key: "mine"})
    await store.change_person(people.bob, lambda _: (Put("User", people.bob, {key: "mine"}),))
    assert await store.find_people(key, ["mine"]) == [people.bob]


async def test_an_id_is_created_once(store: Store) -> None:
    people = await cast(store)
    with pytest.raises(Conflict):
        await store.write((Create("User", people.alice, {"username": "other"}),))
    [alice] = await store.people([people.alice])
    assert alice is not None
    assert alice.username == "alice"


async def test_a_freed_name_can_be_taken(store: Store) -> None:
    people = await cast(store)
    await store.change_person(
        people.bob, lambda _: (Put("User", people.bob, {"gone": True, "usernameKey": None}),)
    )
    assert await store.find_people("usernameKey", ["bob"]) == [None]
    await store.change_person(
        people.carol,
        lambda _: (Put("User", people.carol, {"username": "Bob", "usernameKey": "bob"}),),
    )
    assert await store.find_people("usernameKey", ["bob", "carol"]) == [people.carol, None]


async def test_names_are_replaced_and_shared(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    await store.write((Name("INTERESTED_IN", alice, {"jazz": 900, "go": 901}),))
    await store.write((Name("INTERESTED_IN", bob, {"jazz": 902}),))
    await store.write((Name("INTERESTED_IN", alice, {"go": 903, "sea": 904}),))
    assert sorted(await store.interests(alice)) == ["go", "sea"]
    assert await store.interests(bob) == ["jazz"]
    assert [(a, b) for a, b, _ in await rows(store, "INTERESTED_IN")] == [
        (alice, 901),
        (alice, 904),
        (bob, 900),
    ]
    await store.change_person(alice, lambda _: (Name("INTERESTED_IN", alice, {}),))
    assert await store.interests(alice) == []


async def test_a_place_is_named_by_its_key(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    await store.write((Name("LIVES_IN", alice, {"se": 800}), Name("LIVES_IN", bob, {"se": 801})))
    await store.write((Name("LIVES_IN", alice, {"ca": 802}),))
    assert [(a, b) for a, b, _ in await rows(store, "LIVES_IN")] == [(alice, 802), (bob, 800)]
