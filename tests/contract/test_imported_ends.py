"""Edges of an import whose ends were deleted, or suspended: what is erased stays so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from graph.actions.deletion import FREED
from graph.changes import Event, Put
from graph.imports import EdgeStep, Import, Result
from graph.store import Store
from tests.support.cast import T0, cast, follow
from tests.support.posting import post
from tests.support.reading import rows

pytestmark = pytest.mark.anyio

SAME, CREATED, UNKNOWN = int(Result.SAME), int(Result.CREATED), int(Result.UNKNOWN)
Pair = tuple[int, int]


def edges(batch: Import, key: str, edge: str, pairs: Sequence[Pair]) -> EdgeStep:
    a, b = np.array(pairs, np.int64).T
    time = "since" if edge == "FOLLOWS" else "at"
    return EdgeStep(batch.number, key, edge, a, b, fresh={time: T0}, crowd=1)


async def delete(store: Store, person: int, *, erased: bool) -> None:
    await store.change_person(person, lambda _: (Put("User", person, {"gone": True, **FREED}),))
    while erased and await store.erase_step(person, 10, lambda _: Event(1, "erased", T0, {})):
        pass


@pytest.mark.parametrize("erased", [False, True])
async def test_nothing_leads_to_or_from_who_was_deleted(store: Store, erased: bool) -> None:
    alice, bob, carol, dan, eve = people = await cast(store)
    await delete(store, dan, erased=erased)
    batch = await store.begin_import("a")
    pairs = [(alice, bob), (bob, dan), (carol, bob), (dan, alice), (bob, carol), (eve, dan)]
    results = await store.import_edges(edges(batch, "1", "FOLLOWS", pairs))
    assert results.tolist() == [CREATED, UNKNOWN, CREATED, UNKNOWN, CREATED, UNKNOWN]
    results = await store.import_edges(edges(batch, "2", "FOLLOWS", [(dan, bob)]))
    assert results.tolist() == [UNKNOWN]
    assert [row[:2] for row in await rows(store, "FOLLOWS")] == [
        (alice, bob),
        (bob, carol),
        (carol, bob),
    ]
    counts = await store.counts(list(people))
    assert counts == await store.true_counts(list(people))


async def test_what_led_to_who_was_deleted_waits_to_be_erased(store: Store) -> None:
    alice, bob, carol, *_ = people = await cast(store)
    await follow(store, alice, bob)
    await delete(store, bob, erased=False)
    batch = await store.begin_import("a")
    pairs = [(alice, bob), (alice, carol), (carol, bob)]
    results = await store.import_edges(edges(batch, "1", "FOLLOWS", pairs))
    assert results.tolist() == [SAME, CREATED, UNKNOWN]
    counts = await store.counts(list(people))
    assert counts == await store.true_counts(list(people))


async def test_who_is_suspended_keeps_edges(store: Store) -> None:
    alice, bob, *_ = people = await cast(store, bob={"gone": True})
    first = await post(store, alice)
    batch = await store.begin_import("a")
    pairs = [(alice, bob), (bob, alice)]
    results = await store.import_edges(edges(batch, "1", "FOLLOWS", pairs))
    assert results.tolist() == [CREATED, CREATED]
    results = await store.import_edges(edges(batch, "2", "LIKED", [(bob, first)]))
    assert results.tolist() == [CREATED]
    counts = await store.counts(list(people))
    assert counts == await store.true_counts(list(people))
    assert counts[0]["friends"] == 1


@pytest.mark.parametrize("edge", ["LIKED", "VOTED", "POSTED"])
async def test_nothing_leads_to_a_post_that_was_deleted(store: Store, edge: str) -> None:
    alice, bob, carol, *_ = await cast(store)
    first, second = await post(store, alice), await post(store, alice, T0 + 1, gone=True)
    await delete(store, carol, erased=True)
    batch = await store.begin_import("a")
    pairs = [(bob, second), (carol, first), (bob, first), (carol, second)]
    step = edges(batch, "1", edge, pairs)
    results = await store.import_edges(step)
    assert results.tolist() == [UNKNOWN, UNKNOWN, CREATED, UNKNOWN]
    results = await store.import_edges(edges(batch, "2", edge, pairs[:1]))
    assert results.tolist() == [UNKNOWN]
    for found, truth in (
        (await store.counts([alice, bob]), await store.true_counts([alice, bob])),
        (await store.post_counts([first, second]), await store.true_post_counts([first, second])),
    ):
        assert [{name: one[name] for name in truth[0]} for one in found] == truth


async def test_no_reply_comes_to_a_post_that_was_deleted(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    first = await post(store, alice)
    answer, other = await post(store, bob, T0 + 1, reply_to=first), await post(store, bob, T0 + 2)
    await store.write((Put("Post", first, {"gone": True, "author": alice}),))
    batch = await store.begin_import("a")
    pairs = [(answer, first), (other, first), (other, answer)]
    results = await store.import_edges(edges(batch, "1", "REPLIES_TO", pairs))
    assert results.tolist() == [SAME, UNKNOWN, CREATED]
    counts = await store.post_counts([first, answer])
    assert [one["replies"] for one in counts] == [1, 1]


async def test_things_that_are_never_deleted_are_led_to(store: Store) -> None:
    alice, *_ = await cast(store)
    first = await post(store, alice, tags=("jazz",))
    second = await post(store, alice, T0 + 1)
    [tag] = await store.find_nodes("Tag", "name", ["jazz"])
    assert tag is not None
    batch = await store.begin_import("a")
    results = await store.import_edges(
        edges(batch, "1", "TAGGED", [(first, tag), (second, tag), (second, 7)])
    )
    assert results.tolist() == [SAME, CREATED, UNKNOWN]
