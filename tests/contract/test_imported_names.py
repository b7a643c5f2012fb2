"""Names that are unique, in steps of an import: nobody gets another's, and nothing stops there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

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
