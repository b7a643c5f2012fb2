"""Names that are unique, in steps of an import: nobody gets another's, and nothing stops there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from graph.changes import Create
from graph.imports import Import, NodeStep, Result
from graph.store import Store
from tests.support.cast import T0, crowd, person

pytestmark = pytest.mark.anyio

SAME, CHANGED, CREATED = int(Result.SAME), int(Result.CHANGED), int(Result.CREATED)
TAKEN = int(Result.TAKEN)


def named(batch: Import, key: str, names: Sequence[str], first: int) -> NodeStep:
    rows = [
        {
            "id": first + at,
            "username": name,
            "usernameKey": name.lower(),
            "externalId": f"{key}.{at}",
            "source": "test",
            "externalKey": f"test\x1f{key}.{at}",
            "createdAt": T0,
        }
        for at, name in enumerate(names)
    ]
    return NodeStep(batch.number, key, "User", rows, ())


async def names_of(store: Store, first: int, count: int) -> list[str]:
    ids = range(first, first + count)
    found = [one.username for one in await store.people(ids) if one is not None]
    assert await store.find_people("usernameKey", [name.lower() for name in found]) == list(ids)
    return found


async def test_a_name_made_up_for_somebody_is_nobody_elses(store: Store) -> None:
    batch = await store.begin_import("a")
    first = await store.take_ids(5)
    # The second one's own name is not valid, so it is made of the id; so is the first one's.
    names = [f"u{first + 1}", f"u{first + 1}", f"u{first + 1}_1", "Zoe", "zoe"]
    step = named(batch, "1", names, first)
    for _ in range(2):
        assert (await store.import_nodes(step)).tolist() == [CREATED] * 5
    assert await names_of(store, first, 5) == [
        f"u{first + 1}",
        f"u{first + 1}_1",
        f"u{first + 2}",
        "Zoe",
        f"u{first + 4}",
    ]


async def test_a_name_made_up_for_somebody_is_not_one_from_before(store: Store) -> None:
    """Of an import before this one, or of somebody who lives here."""
    batch = await store.begin_import("a")
    first = await store.take_ids(6)
    live, two = first, first + 2
    await store.load_people([person(live, f"u{two}_1")])
    await store.import_nodes(named(batch, "1", [f"U{two}"], first + 1))
    step = named(batch, "2", [f"u{two}", f"u{two}_2", f"u{two}_3", "x"], two)
    for _ in range(2):
        assert (await store.import_nodes(step)).tolist() == [CREATED] * 4
    assert await names_of(store, two, 4) == [f"u{two}_2", f"u{two + 1}", f"u{two}_3", "x"]


async def test_very_many_whose_names_are_taken(store: Store) -> None:
    people = await crowd(store, 300)
    batch = await store.begin_import("a")
    first = await store.take_ids(300)
    step = named(batch, "1", [f"p{id}" for id in people], first)
    assert set((await store.import_nodes(step)).tolist()) == {CREATED}
    assert await names_of(store, first, 300) == [f"u{first + at}" for at in range(300)]


def tags(batch: Import, key: str, rows: Sequence[tuple[str, str]]) -> NodeStep:
    """External ids, and names."""
    found = [
        {
            "id": 2**50 + 100 * int(key) + at,
            "name": name,
            "externalId": external,
            "source": "test",
            "externalKey": f"test\x1f{external}",
        }
        for at, (external, name) in enumerate(rows)
    ]
    return NodeStep(batch.number, key, "Tag", found, ("name",))


async def tags_of(store: Store, *externals: str) -> list[str | None]:
    keys = [f"test\x1f{external}" for external in externals]
    ids = await store.find_nodes("Tag", "externalKey", keys)
    there = [id for id in ids if id is not None]
    found = await store.standing_nodes("Tag", there, ["name"])
    return [None if id is None else found[id][0] for id in ids]


async def test_a_node_that_is_there_gets_nobody_elses_name(store: Store) -> None:
    batch = await store.begin_import("a")
    first = tags(batch, "1", [("1", "x"), ("2", "y"), ("3", "z")])
    assert (await store.import_nodes(first)).tolist() == [CREATED] * 3
    step = tags(batch, "2", [("2", "x"), ("3", "w"), ("1", "x"), ("4", "v")])
    for _ in range(2):
        assert (await store.import_nodes(step)).tolist() == [TAKEN, CHANGED, SAME, CREATED]
    assert await tags_of(store, "1", "2", "3", "4") == ["x", "y", "w", "v"]


async def test_a_name_of_a_step_is_its_first_rows(store: Store) -> None:
    """And what one gives up in a step is free after it."""
    batch = await store.begin_import("a")
    await store.import_nodes(tags(batch, "1", [("1", "x"), ("2", "y"), ("3", "z")]))
    rows = [("1", "new"), ("2", "new"), ("4", "new"), ("3", "x"), ("5", "x"), ("6", "q")]
    results = await store.import_nodes(tags(batch, "2", rows))
    assert results.tolist() == [CHANGED, TAKEN, TAKEN, TAKEN, TAKEN, CREATED]
    results = await store.import_nodes(tags(batch, "3", [("3", "x"), ("5", "z"), ("2", "q")]))
    assert results.tolist() == [CHANGED, TAKEN, TAKEN]
    results = await store.import_nodes(tags(batch, "4", [("5", "z"), ("2", "z")]))
    assert results.tolist() == [CREATED, TAKEN]
    assert await tags_of(store, "1", "2", "3", "4", "5", "6") == ["new", "y", "x", None, "z", "q"]


async def test_a_tag_that_no_import_knows_is_the_first_new_rows(store: Store) -> None:
    batch = await store.begin_import("a")
    await store.import_nodes(tags(batch, "1", [("1", "x")]))
    await store.write((Create("Tag", 2**50, {"name": "jazz"}),))
    results = await store.import_nodes(
        tags(batch, "2", [("1", "jazz"), ("2", "jazz"), ("3", "jazz")])
    )
    assert results.tolist() == [TAKEN, CHANGED, TAKEN]
    assert await store.find_nodes("Tag", "externalKey", ["test\x1f2"]) == [2**50]
    assert await tags_of(store, "1", "2", "3") == ["x", "jazz", None]
