"""What an import writes: steps that are done once, compared with what is there, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from graph.changes import Create
from graph.declaring import Flag
from graph.imports import EdgeStep, Import, Mode, NodeStep, Result
from graph.store import Store
from tests.support.cast import T0, cast, follow
from tests.support.reading import rows

pytestmark = pytest.mark.anyio

SAME, CHANGED, CREATED = int(Result.SAME), int(Result.CHANGED), int(Result.CREATED)
UNKNOWN, TAKEN = int(Result.UNKNOWN), int(Result.TAKEN)


def follows(batch: Import, key: str, pairs: Sequence[tuple[int, int]], **more: Any) -> EdgeStep:
    a, b = np.array(pairs, np.int64).reshape(-1, 2).T
    return EdgeStep(batch.number, key, "FOLLOWS", a, b, fresh={"since": T0}, **more)


def people(batch: Import, key: str, names: Sequence[str], first: int, **more: Any) -> NodeStep:
    found = [
        {
            "id": first + at,
            "username": name,
            "usernameKey": name,
            "externalId": name,
            "source": "test",
            "externalKey": f"test\x1f{name}",
            "createdAt": T0,
            **{key: column[at] for key, column in more.items()},
        }
        for at, name in enumerate(names)
    ]
    return NodeStep(batch.number, key, "User", found, tuple(more))


async def test_an_import_is_found_again_by_its_name(store: Store) -> None:
    first = await store.begin_import("monday")
    second = await store.begin_import("tuesday")
    assert first.number != second.number
    await store.save_import(replace(first, state={"place": [1, 2], "word": "é"}))
    assert await store.begin_import("monday") == replace(
        first, state={"place": [1, 2], "word": "é"}
    )
    assert [one.name for one in await store.imports()] == ["monday", "tuesday"]
    await store.forget_import(first.number)
    assert [one.name for one in await store.imports()] == ["tuesday"]
    assert (await store.begin_import("monday")).number not in (first.number, second.number)


async def test_edges_are_created_counted_and_never_doubled(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    await follow(store, bob, alice, T0)
    batch = await store.begin_import("a")
    pairs = [(alice, bob), (bob, alice), (bob, carol), (carol, bob), (alice, 999_999)]
    results = await store.import_edges(follows(batch, "1", pairs))
    assert results.tolist() == [CREATED, SAME, CREATED, CREATED, UNKNOWN]
    assert await rows(store, "FOLLOWS") == [
        (alice, bob, T0),
        (bob, alice, T0),
        (bob, carol, T0),
        (carol, bob, T0),
    ]
    ids = [alice, bob, carol]
    assert [one["friends"] for one in await store.counts(ids)] == [1, 2, 1]
    assert await store.counts(ids) == await store.true_counts(ids)
    page = await store.neighbours_page("followers", bob, 10)
    assert sorted(page.ids.tolist()) == [alice, carol]


async def fans(store: Store, batch: Import, count: int) -> list[int]:
    first = await store.take_ids(count)
    await store.import_nodes(people(batch, "fans", [f"fan{n}" for n in range(count)], first))
    return list(range(first, first + count))


async def marked(store: Store, ids: list[int]) -> list[bool]:
    found = await store.people(ids)
    return [one is not None and bool(one.flags & Flag.CELEBRITY) for one in found]


@pytest.mark.parametrize("gone", [False, True])
@pytest.mark.parametrize("back", [False, True])
async def test_counters_are_right_where_a_few_of_many_edges_are_not_new(
    store: Store, gone: bool, back: bool
) -> None:
    alice, bob, *_ = await cast(store)
    batch = await store.begin_import("a")
    some = await fans(store, batch, 60)
    await follow(store, some[1], alice)
    if back:
        await follow(store, alice, some[2])
    pairs = [(fan, alice) for fan in some] + [(some[5], bob)]
    if gone:
        pairs.insert(31, (some[4], 999_999))
    results = await store.import_edges(follows(batch, "1", pairs, crowd=60))
    wanted = [CREATED] * len(pairs)
    wanted[1] = SAME
    if gone:
        wanted[31] = UNKNOWN
    assert results.tolist() == wanted
    ids = [alice, bob, *some]
    counts = await store.counts(ids)
    assert counts == await store.true_counts(ids)
    assert [one["followers"] for one in counts[:2]] == [60, 1]
    assert counts[0]["friends"] == int(back)
    assert await marked(store, [alice, bob]) == [True, False]


@pytest.mark.parametrize("place", [0, 31])
@pytest.mark.parametrize("gone", ["source", "target"])
async def test_counters_of_another_kind_are_right_where_an_end_is_gone(
    store: Store, gone: str, place: int
) -> None:
    await cast(store)
    batch = await store.begin_import("a")
    some, post = await fans(store, batch, 60), 2**60
    await store.write((Create("Post", post, {"text": "x", "createdAt": T0}),))
    pairs = [(fan, post) for fan in some]
    pairs.insert(place, (999_999, post) if gone == "source" else (some[0], 2**60 + 1))
    a, b = np.array(pairs, np.int64).T
    step = EdgeStep(batch.number, "1", "LIKED", a, b, fresh={"at": T0})
    wanted = [CREATED] * 61
    wanted[place] = UNKNOWN
    assert (await store.import_edges(step)).tolist() == wanted
    [counts], [truth] = await store.post_counts([post]), await store.true_post_counts([post])
    assert counts["likes"] == truth["likes"] == 60


async def test_nobody_is_marked_for_edges_that_stood_before(store: Store) -> None:
    alice, *_ = await cast(store)
    batch = await store.begin_import("a")
    some = await fans(store, batch, 60)
    await follow(store, some[1], alice)
    pairs = [(fan, alice) for fan in some]
    await store.import_edges(follows(batch, "1", pairs, crowd=61))
    assert (await store.counts([alice]))[0]["followers"] == 60
    assert await marked(store, [alice]) == [False]


async def test_a_step_that_was_done_answers_what_it_answered_then(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    batch = await store.begin_import("a")
    step = follows(batch, "1", [(alice, bob)])
    assert (await store.import_edges(step)).tolist() == [CREATED]
    assert (await store.import_edges(step)).tolist() == [CREATED]
    assert (await store.import_edges(replace(step, key="2"))).tolist() == [SAME]
    assert (await store.counts([bob]))[0]["followers"] == 1
    new = people(batch, "3", ["frank"], await store.take_ids(1))
    for _ in range(2):
        assert (await store.import_nodes(new)).tolist() == [CREATED]


async def test_what_rows_say_is_taken_over_where_it_differs(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    await follow(store, alice, bob, T0)
    batch = await store.begin_import("a")
    pairs = [(alice, bob), (alice, carol)]
    step = follows(batch, "1", pairs, columns={"since": [T0 + 5, None], "via": [None, "import"]})
    assert (await store.import_edges(step)).tolist() == [CHANGED, CREATED]
    assert (await store.import_edges(replace(step, key="2"))).tolist() == [SAME, SAME]
    assert await rows(store, "FOLLOWS") == [(alice, bob, T0 + 5), (alice, carol, T0)]
    [pair] = await store.pairs(alice, [carol])
    assert pair.out["FOLLOWS"] == {"since": T0, "via": "import"}


async def test_create_only_and_delete_rows(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    await follow(store, alice, bob)
    await follow(store, bob, alice)
    batch = await store.begin_import("a")
    pairs = [(alice, bob), (alice, carol)]
    created = await store.import_edges(follows(batch, "1", pairs, mode=Mode.CREATE))
    assert created.tolist() == [TAKEN, CREATED]
    pairs = [(alice, bob), (carol, alice)]
    deleted = await store.import_edges(follows(batch, "2", pairs, mode=Mode.DELETE))
    assert deleted.tolist() == [CHANGED, UNKNOWN]
    assert [(a, b) for a, b, _ in await rows(store, "FOLLOWS")] == [(alice, carol), (bob, alice)]
    ids = [alice, bob, carol]
    assert await store.counts(ids) == await store.true_counts(ids)


async def test_nodes_are_created_changed_or_the_same(store: Store) -> None:
    batch = await store.begin_import("a")
    first = await store.take_ids(4)
    new = people(batch, "1", ["frank", "grace"], first, bio=["tall", None])
    assert (await store.import_nodes(new)).tolist() == [CREATED, CREATED]
    again = people(batch, "2", ["frank", "grace", "heidi"], first + 1, bio=["short", None, "x"])
    assert (await store.import_nodes(again)).tolist() == [CHANGED, SAME, CREATED]
    keys = [f"test\x1f{name}" for name in ("frank", "grace", "heidi", "ivan")]
    found = await store.find_nodes("User", "externalKey", keys)
    assert found == [first, first + 1, first + 3, None]
    [frank] = await store.people([first])
    assert frank is not None
    assert (frank.bio, frank.external_id, frank.source) == ("short", "frank", "test")
    assert await store.find_nodes("User", "id", [first, 10**9]) == [first, None]


async def test_a_name_that_is_anothers_becomes_one_of_its_own(store: Store) -> None:
    await cast(store)
    batch = await store.begin_import("a")
    first = await store.take_ids(1)
    assert (await store.import_nodes(people(batch, "1", ["alice"], first))).tolist() == [CREATED]
    [found] = await store.people([first])
    assert found is not None
    assert found.username == f"u{first}"
    assert await store.find_people("usernameKey", [f"u{first}"]) == [first]


async def test_a_tag_of_this_name_is_adopted_unless_another_import_has_it(store: Store) -> None:
    batch = await store.begin_import("a")

    def tag(key: str, id: int, external: str) -> NodeStep:
        row = {"id": id, "name": "jazz", "externalId": external, "source": "s"}
        row["externalKey"] = f"s\x1f{external}"
        return NodeStep(batch.number, key, "Tag", [row], ("name",))

    await store.write((Create("Tag", 2**50, {"name": "jazz"}),))
    assert (await store.import_nodes(tag("1", 2**50 + 1, "7"))).tolist() == [CHANGED]
    assert await store.find_nodes("Tag", "externalKey", ["s\x1f7"]) == [2**50]
    assert (await store.import_nodes(tag("2", 2**50 + 2, "8"))).tolist() == [TAKEN]
    assert await store.find_nodes("Tag", "externalKey", ["s\x1f8"]) == [None]


async def test_undoing_takes_back_what_was_created_and_nothing_else(store: Store) -> None:
    alice, bob, carol, dan, eve = await cast(store)
    await follow(store, alice, bob, T0)
    await follow(store, dan, eve, T0)
    before = await rows(store, "FOLLOWS")
    ids = [alice, bob, carol, dan, eve]
    counts = await store.counts(ids)
    batch = await store.begin_import("a")
    first = await store.take_ids(2)
    await store.import_nodes(people(batch, "1", ["frank", "grace"], first))
    frank, grace = first, first + 1
    pairs = [(alice, bob), (bob, alice), (carol, frank), (frank, carol), (bob, carol)]
    await store.import_edges(follows(batch, "2", pairs))
    # Since then carol ended what the import made and began it anew; eve follows grace.
    other = await store.begin_import("b")
    await store.import_edges(follows(other, "3", [(bob, carol)], mode=Mode.DELETE))
    await follow(store, bob, carol, T0 + 9)
    await follow(store, eve, grace, T0 + 9)
    assert await store.created_by(batch.number) == {"User": 2, "FOLLOWS": 4}
    removed = kept = 0
    people_touched: set[int] = set()
    while (undone := await store.undo_part(batch.number)) is not None:
        removed, kept = removed + undone.removed, kept + undone.kept
        people_touched.update(undone.people)
    assert (removed, kept) == (4, 2)
    assert people_touched == {alice, bob, carol, frank}
    assert await rows(store, "FOLLOWS") == sorted(
        [*before, (bob, carol, T0 + 9), (eve, grace, T0 + 9)]
    )
    assert await store.people([frank]) == [None]
    assert (await store.people([grace])) != [None]
    assert await store.counts([*ids, grace]) == await store.true_counts([*ids, grace])
    await store.import_edges(follows(other, "4", [(bob, carol)], mode=Mode.DELETE))
    await store.import_edges(follows(other, "5", [(eve, grace)], mode=Mode.DELETE))
    assert await store.counts(ids) == counts


async def test_whom_very_many_follow_then_is_marked(store: Store) -> None:
    alice, bob, carol, dan, _ = await cast(store)
    await follow(store, dan, bob)
    batch = await store.begin_import("a")
    pairs = [(alice, bob), (carol, bob), (bob, carol), (alice, carol)]
    await store.import_edges(follows(batch, "1", pairs, crowd=3))
    assert await marked(store, [bob, carol]) == [True, False]
    await store.import_edges(follows(batch, "2", [(dan, carol)], crowd=3))
    assert await marked(store, [carol]) == [True]
    assert (await store.counts([bob]))[0]["followers"] == 3


async def test_edges_to_other_kinds_are_imported(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    post = 2**60
    await store.write((Create("Post", post, {"text": "x", "createdAt": T0}),))
    batch = await store.begin_import("a")
    a, b = np.array([alice, bob]), np.array([post, post])
    step = EdgeStep(batch.number, "1", "LIKED", a, b, {"at": [T0 + 1, T0 + 2]})
    assert (await store.import_edges(step)).tolist() == [CREATED, CREATED]
    assert await rows(store, "LIKED") == [(alice, post, T0 + 1), (bob, post, T0 + 2)]
    page = await store.neighbours_page("liked_by", post, 5)
    assert page.ids.tolist() == [bob, alice]


async def test_nothing_is_imported_from_nothing(store: Store) -> None:
    batch = await store.begin_import("a")
    assert (await store.import_edges(follows(batch, "1", []))).tolist() == []
    assert await store.find_nodes("User", "externalKey", []) == []
    assert await store.undo_part(999_999) is None
