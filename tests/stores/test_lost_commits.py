"""A commit whose answer is lost is made once, and whoever asked is told what was done."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from graph.changes import Create, Emit, Event, Ops, Put
from graph.errors import Conflict
from graph.imports import EdgeStep
from graph.records import Pair
from graph.store import Removed
from graph.stores.bolt import BoltStore
from graph.upkeep import Loaded
from tests.stores.breaking import Breaking
from tests.support.acting import acting
from tests.support.cast import T0, cast
from tests.support.deciding import following
from tests.support.reading import rows

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("cut", ["before", "after"])]


async def test_a_follow_is_made_and_told_once(
    bolt: BoltStore, broken: BoltStore, breaking: Breaking, cut: str
) -> None:
    alice, bob, *_ = await cast(bolt)

    def decide(pair: Pair) -> Ops:
        ops = following(alice, bob, T0)(pair)
        return (*ops, Emit(Event(7, "followed", T0, {}))) if ops else ()

    breaking.cut = cut
    pair, ops = await broken.change_pair(alice, bob, decide)
    assert breaking.cuts == 1
    assert pair.out == {}
    assert ops
    assert await rows(bolt, "FOLLOWS") == [(alice, bob, T0)]
    assert await bolt.counts([alice, bob]) == await bolt.true_counts([alice, bob])
    assert [event.id for event in await bolt.take_events(5)] == [7]


async def test_a_profile_changes_with_one_event(
    bolt: BoltStore, broken: BoltStore, breaking: Breaking, cut: str
) -> None:
    people = await cast(bolt)
    ops: Ops = (Put("User", people.alice, {"bio": "new"}), Emit(Event(8, "changed", T0, {})))
    breaking.cut = cut
    _, done = await broken.change_person(people.alice, lambda _: ops)
    assert done == ops
    [alice] = await bolt.people([people.alice])
    assert alice is not None
    assert alice.bio == "new"
    assert [event.id for event in await bolt.take_events(5)] == [8]


async def test_a_new_person_is_not_in_its_own_way(
    bolt: BoltStore, broken: BoltStore, breaking: Breaking, cut: str
) -> None:
    new = Create("User", 900_001, {"username": "zoe", "usernameKey": "zoe", "privacy": "PUBLIC"})
    breaking.cut = cut
    await broken.write((new,))
    assert await bolt.find_people("usernameKey", ["zoe"]) == [900_001]
    with pytest.raises(Conflict):
        await broken.write((new,))


async def test_an_erasing_step_counts_once(
    bolt: BoltStore, broken: BoltStore, breaking: Breaking, cut: str
) -> None:
    alice, bob, *_ = await cast(bolt, alice={"gone": True})
    await bolt.load_edges("FOLLOWS", [(alice, bob, {"since": T0}), (bob, alice, {"since": T0})])
    breaking.cut = cut
    removed = await broken.erase_step(alice, 10, lambda _: Event(9, "erased", T0, {}))
    assert len(removed) == 2
    assert await bolt.counts([bob]) == await bolt.true_counts([bob])
    assert [event.id for event in await bolt.take_events(5)] == [9]


async def test_a_step_tells_of_what_an_attempt_without_answer_removed(
    bolt: BoltStore, broken: BoltStore, breaking: Breaking, cut: str
) -> None:
    """Both attempts write under one event: it must not forget what the first one made stale."""
    alice, bob, carol, dan, _ = await cast(bolt, alice={"gone": True})
    everyone = [bob, carol, dan]
    await bolt.load_edges("FOLLOWS", [(alice, other, {"since": T0}) for other in everyone])

    def announce(removed: Sequence[Removed]) -> Event:
        return Event(9, "erased", T0, {"ids": sorted(edge.b for edge in removed)})

    breaking.cut = cut
    removed = await broken.erase_step(alice, 2, announce)
    left = {b for _, b, _ in await rows(bolt, "FOLLOWS")}
    gone = sorted(set(everyone) - left)
    assert sorted(edge.b for edge in removed) == gone
    assert [event.data["ids"] for event in await bolt.take_events(5)] == [gone]
    assert await bolt.counts(everyone) == await bolt.true_counts(everyone)


async def test_a_batch_of_edges_is_reported_as_created(
    bolt: BoltStore, broken: BoltStore, breaking: Breaking, cut: str
) -> None:
    alice, bob, carol, *_ = await cast(bolt)
    breaking.cut = cut
    edges = [(alice, bob, {"since": T0}), (alice, carol, {"since": T0})]
    assert await broken.load_edges("FOLLOWS", edges) == Loaded(created=2, same=0, unknown=0)
    assert breaking.cuts == 1
    assert len(await rows(bolt, "FOLLOWS")) == 2
    assert await bolt.counts([alice, bob]) == await bolt.true_counts([alice, bob])


async def test_what_people_do_with_posts_is_done_once(
    bolt: BoltStore, broken: BoltStore, breaking: Breaking, cut: str
) -> None:
    alice, bob, *_ = await cast(bolt)
    it = acting(broken)
    first = (await it.actions.create_post(alice, {"text": "one"})).post
    made = []
    for act in (
        lambda: it.actions.create_post(alice, {"text": "two"}),
        lambda: it.actions.create_post(bob, {"text": "yes", "reply_to": first}, "key"),
        lambda: it.actions.share(bob, first),
        lambda: it.actions.like(bob, first),
        lambda: it.actions.vote(bob, first, 1),
        lambda: it.actions.record_views(bob, [first]),
    ):
        breaking.cut = cut
        made.append((await act())[1])  # type: ignore[no-untyped-call]
    assert breaking.cuts == 6
    second, reply, share, *rest = made
    assert rest == [first, first, 1]
    newest = (await bolt.posts_of([alice, bob], 9)).ids.tolist()
    assert newest == [share, reply, second, first]
    [counts] = await bolt.post_counts([first])
    once = {"replies": 1, "shares": 1, "likes": 1, "ups": 1, "views": 1}
    assert {name: value for name, value in counts.items() if value} == once
    told = [event.kind for event in await bolt.take_events(20)]
    assert told == ["posted"] * 4 + ["liked", "voted", "viewed"]


async def test_a_part_that_is_taken_back_is_told_of(
    bolt: BoltStore, broken: BoltStore, breaking: Breaking, cut: str
) -> None:
    alice, bob, carol, *_ = await cast(bolt)
    number = (await bolt.begin_import("a")).number
    a, b = np.array([alice, bob]), np.array([bob, carol])
    for key in "12":
        step = EdgeStep(number, key, "FOLLOWS", a, b, fresh={"since": T0})
        await bolt.import_edges(step)
        a, b = b, a
    undone = []
    for _ in range(3):
        breaking.cut = cut
        undone.append(await broken.undo_part(number))
    assert breaking.cuts == 2
    assert [one and one.removed for one in undone] == [2, 2, None]
    assert await rows(bolt, "FOLLOWS") == []
