"""Changes: a decision under a lock, written whole or not at all."""

from __future__ import annotations

import pytest

from graph.changes import Create, Emit, Event, Link, Name, Op, Ops, Put, Relink, Unlink
from graph.errors import Conflict
from graph.records import Pair, Person
from graph.store import Store
from tests.support.cast import T0, Cast, cast, follow, link
from tests.support.deciding import blocking, counted, following, unfollowing
from tests.support.reading import rows

pytestmark = pytest.mark.anyio


def event(id: int) -> Event:
    return Event(id, "followed", T0, {"by": 1})


async def test_a_decision_sees_both_people_and_all_between_them(store: Store) -> None:
    people = await cast(store, bob={"privacy": "PRIVATE"})
    await follow(store, people.bob, people.alice, T0 + 3)
    seen: list[Pair] = []

    def look(pair: Pair) -> Ops:
        seen.append(pair)
        return ()

    pair, ops = await store.change_pair(people.alice, people.bob, look)
    assert ops == ()
    assert pair == seen[-1]
    assert pair.a is not None
    assert pair.b is not None
    assert (pair.a.username, pair.b.username, pair.b.privacy) == ("alice", "bob", "PRIVATE")
    assert pair.out == {}
    assert pair.back == {"FOLLOWS": {"since": T0 + 3, "notify": False}}


async def test_a_decision_about_nobody_sees_none(store: Store) -> None:
    alice, *_ = await cast(store)
    pair, _ = await store.change_pair(alice, 999_999, lambda pair: ())
    assert pair.b is None
    assert pair.a is not None
    pair, _ = await store.change_pair(999_999, alice, lambda pair: ())
    assert pair.a is None


async def test_an_edge_its_counters_and_its_event_come_together(store: Store) -> None:
    alice, bob, *_ = await cast(store)

    def decide(pair: Pair) -> Ops:
        return (*following(alice, bob, T0 + 1)(pair), Emit(event(77)))

    before, ops = await store.change_pair(alice, bob, decide)
    assert before.out == {}
    assert ops[-1] == Emit(event(77))
    assert await rows(store, "FOLLOWS") == [(alice, bob, T0 + 1)]
    of_alice, of_bob = await store.counts([alice, bob])
    assert (of_alice["following"], of_bob["followers"]) == (1, 1)
    assert await store.take_events(5) == [event(77)]
    [after] = await store.pairs(alice, [bob])
    assert after.out == {"FOLLOWS": {"since": T0 + 1, "notify": False}}


async def test_a_new_edge_is_on_both_lists_at_its_place(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    await follow(store, carol, bob, T0)
    await store.change_pair(alice, bob, following(alice, bob, T0 + 5))
    page = await store.neighbours_page("followers", bob, 5)
    assert page.ids.tolist() == [alice, carol]
    [out] = await store.neighbours("following", [alice])
    assert out.ids.tolist() == [bob]


async def test_an_edge_goes_with_its_counters(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    await follow(store, alice, bob)
    await follow(store, bob, alice)
    assert (await store.counts([alice]))[0]["friends"] == 1
    await store.change_pair(alice, bob, unfollowing(alice, bob))
    of_alice, of_bob = await store.counts([alice, bob])
    assert (of_alice["following"], of_alice["followers"], of_alice["friends"]) == (0, 1, 0)
    assert (of_bob["following"], of_bob["followers"], of_bob["friends"]) == (1, 0, 0)
    assert await rows(store, "FOLLOWS") == [(bob, alice, T0)]
    assert await rows(store, "FOLLOWED") == []
    page = await store.neighbours_page("followers", bob, 5)
    assert page.ids.tolist() == []


async def test_a_block_takes_the_follows_both_ways(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    await follow(store, alice, bob)
    await follow(store, bob, alice)
    await store.change_pair(bob, alice, blocking(bob, alice))
    assert await rows(store, "FOLLOWS") == []
    assert await rows(store, "BLOCKS") == [(bob, alice, T0)]
    assert await store.counts([alice, bob]) == await store.true_counts([alice, bob])


async def test_an_ended_follow_leaves_its_history_each_time(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    for since, ended in ((T0, T0 + 10), (T0 + 20, T0 + 30)):
        await store.change_pair(alice, bob, following(alice, bob, since))
        await store.change_pair(alice, bob, unfollowing(alice, bob, ended))
    assert await rows(store, "FOLLOWS") == []
    assert await rows(store, "FOLLOWED") == [(alice, bob, T0 + 10), (alice, bob, T0 + 30)]
    [pair] = await store.pairs(alice, [bob])
    assert pair.out == {}
    assert await store.doubled([alice, bob]) == []


async def test_relink_sets_and_removes_properties(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    await follow(store, alice, bob, T0)
    await link(store, "MUTES", alice, bob, since=T0, until=T0 + 5)

    def decide(_: Pair) -> Ops:
        return (
            Relink("FOLLOWS", alice, bob, {"notify": True, "via": "search"}),
            Relink("MUTES", alice, bob, {"until": None}),
        )

    await store.change_pair(alice, bob, decide)
    [pair] = await store.pairs(alice, [bob])
    assert pair.out == {
        "FOLLOWS": {"since": T0, "notify": True, "via": "search"},
        "MUTES": {"since": T0},
    }


async def test_relink_of_the_time_moves_the_entry(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    await follow(store, alice, bob, T0 + 1)
    await follow(store, carol, bob, T0 + 2)
    await store.change_pair(
        alice, bob, lambda _: (Relink("FOLLOWS", alice, bob, {"since": T0 + 3}),)
    )
    page = await store.neighbours_page("followers", bob, 1)
    assert (page.ids.tolist(), page.at.tolist()) == ([alice], [T0 + 3])


async def test_relink_of_an_edge_that_is_not_there_makes_none(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    await store.change_pair(alice, bob, lambda _: (Relink("MUTES", alice, bob, {"until": 5}),))
    [pair] = await store.pairs(alice, [bob])
    assert pair.out == {}


async def test_the_version_of_a_pair_grows_whoever_comes_first(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    first, _ = await store.change_pair(alice, bob, following(alice, bob))
    second, _ = await store.change_pair(bob, alice, following(bob, alice))
    third, _ = await store.change_pair(alice, bob, unfollowing(alice, bob))
    assert first.version < second.version < third.version


class Refused(Exception):
    pass


async def all_there_is(store: Store, people: Cast) -> tuple[object, ...]:
    ids = list(people)
    return (
        await store.people(ids),
        await store.counts(ids),
        await rows(store, "FOLLOWS"),
        await rows(store, "FOLLOWED"),
        await rows(store, "INTERESTED_IN"),
        await store.take_events(9),
    )


async def test_a_decision_that_raises_leaves_nothing_behind(store: Store) -> None:
    people = await cast(store)
    before = await all_there_is(store, people)

    def decide(_: Pair) -> Ops:
        raise Refused

    with pytest.raises(Refused):
        await store.change_pair(people.alice, people.bob, decide)

    def decide_alone(_: Person | None) -> Ops:
        raise Refused

    with pytest.raises(Refused):
        await store.change_person(people.alice, decide_alone)
    assert await all_there_is(store, people) == before
    # And the locks are free again.
    await store.change_pair(people.alice, people.bob, following(people.alice, people.bob))


async def test_a_conflict_halfway_leaves_nothing_behind(store: Store) -> None:
    people = await cast(store)
    alice, bob, carol, *_ = people
    await follow(store, alice, carol)
    before = await all_there_is(store, people)
    ops: tuple[Op, ...] = (
        Link("FOLLOWS", alice, bob, {"since": T0}),
        *counted(alice, bob, 1, False),
        Unlink("FOLLOWS", alice, carol, ended=T0 + 1),
        Emit(event(5)),
        Name("INTERESTED_IN", alice, {"jazz": 900}),
        Put("User", alice, {"bio": "new", "usernameKey": "alice2"}),
        Put("User", bob, {"usernameKey": "carol"}),
    )
    with pytest.raises(Conflict):
        await store.change_pair(alice, bob, lambda _: ops)
    assert await all_there_is(store, people) == before
    with pytest.raises(Conflict):
        await store.change_person(alice, lambda _: ops)
    assert await all_there_is(store, people) == before
    with pytest.raises(Conflict):
        await store.write(ops)
    assert await all_there_is(store, people) == before


async def test_put_sets_changes_and_removes(store: Store) -> None:
    people = await cast(store, alice={"bio": "old", "country": "SE"})
    seen: list[Person | None] = []

    def decide(found: Person | None) -> Ops:
        seen.append(found)
        return (
            Put("User", people.alice, {"bio": None, "country": "CA", "hideNetwork": True}),
            Emit(event(3)),
        )

    read, ops = await store.change_person(people.alice, decide)
    assert read is not None
    assert (read, len(ops)) == (seen[-1], 2)
    assert (read.bio, read.country) == ("old", "SE")
    [alice] = await store.people([people.alice])
    assert alice is not None
    assert (alice.bio, alice.country, alice.username) == (None, "CA", "alice")
    assert alice.flags == (await store.flags(people.alice, 1))[0]
    assert await store.take_events(5) == [event(3)]


async def test_a_decision_about_an_unknown_person_may_create_one(store: Store) -> None:
    def decide(found: Person | None) -> Ops:
        assert found is None
        return (Create("User", 500, {"username": "zoe", "privacy": "PUBLIC", "bio": None}),)

    await store.change_person(500, decide)
    [zoe] = await store.people([500])
    assert zoe is not None
    assert (zoe.username, zoe.bio) == ("zoe", None)
    assert set((await store.counts([500]))[0].values()) == {0}


async def test_a_created_person_can_be_linked_at_once(store: Store) -> None:
    alice, *_ = await cast(store)
    await store.write((Create("User", 500, {"username": "zoe", "privacy": "PUBLIC"}),))
    await store.change_pair(500, alice, following(500, alice, T0))
    assert await store.counts([500, alice]) == await store.true_counts([500, alice])
    page = await store.neighbours_page("followers", alice, 5)
    assert page.ids.tolist() == [500]


async def test_a_missing_username_is_empty(store: Store) -> None:
    await store.write((Create("User", 500, {"privacy": "PUBLIC"}),))
    [found] = await store.people([500])
    assert found is not None
    assert found.username == ""
