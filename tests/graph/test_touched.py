"""What a change makes stale."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.adjacency.touched import Stale, Touched, touched
from graph.changes import Count, Create, Emit, Event, Link, Name, Ops, Put, Relink, Unlink
from graph.model import CACHED
from graph.posts import share_key
from graph.store import Store
from graph.stores.memory import MemoryStore
from tests.support.cast import T0, crowd
from tests.support.deciding import blocking, following, unblocking, unfollowing

ALICE, BOB = 1, 2


FRIENDS = frozenset({Stale("friends", ALICE, None), Stale("friends", BOB, None)})


def follow_lists(at: int | None) -> frozenset[Stale]:
    return frozenset({Stale("following", ALICE, at), Stale("followers", BOB, at)})


def test_a_new_follow_costs_one_segment_of_a_huge_list() -> None:
    assert touched((Link("FOLLOWS", ALICE, BOB, {"since": 5}),)).lists == follow_lists(5)


def test_an_ended_follow_costs_the_segment_it_stood_in_where_that_is_known() -> None:
    ops = (Unlink("FOLLOWS", ALICE, BOB),)
    assert touched(ops).lists == follow_lists(None)
    assert touched(ops, {("FOLLOWS", ALICE, BOB): 7}).lists == follow_lists(7)


def test_friends_are_touched_where_a_friendship_comes_or_goes() -> None:
    follow = Link("FOLLOWS", ALICE, BOB, {"since": 5})
    one_way = (Count("User", ALICE, "following", 1), Count("User", BOB, "followers", 1))
    both = (Count("User", ALICE, "friends", 1), Count("User", BOB, "friends", 1))
    assert touched((follow, *one_way)).lists == follow_lists(5)
    assert touched((follow, *one_way, *both)).lists == follow_lists(5) | FRIENDS


def test_a_block_touches_both_ends() -> None:
    lists = touched((Link("BLOCKS", ALICE, BOB, {"since": 5}),)).lists
    assert lists == {Stale("blocking", ALICE, 5), Stale("blocked_by", BOB, 5)}


def test_what_is_not_cached_is_not_touched() -> None:
    ops: Ops = (
        Link("REQUESTED", ALICE, BOB, {"since": 5}),
        Relink("FOLLOWS", ALICE, BOB, {"notify": True}),
        Emit(Event(1, "muted", 5, {})),
        Link("TAGGED", 9, 7, {}),
    )
    assert touched(ops) == Touched(posts=frozenset({9}))


def test_mutes_and_interests_are_kept_as_what_their_owner_reads() -> None:
    ops: Ops = (
        Link("MUTES", ALICE, BOB, {"since": 5}),
        Name("INTERESTED_IN", BOB, {"chess": 7}),
    )
    stale = {Stale("mutes", ALICE, None), Stale("interests", BOB, None)}
    assert touched(ops) == Touched(lists=frozenset(stale))
    for op in (Relink("MUTES", ALICE, BOB, {"until": 9}), Unlink("MUTES", ALICE, BOB)):
        assert touched((op,)).lists == {Stale("mutes", ALICE, None)}


def test_a_post_touches_its_card_its_counts_and_the_lists_it_stands_in() -> None:
    ops: Ops = (
        Create("Post", 9, {"shareKey": share_key(ALICE, 7)}),
        Link("POSTED", ALICE, 9, {"at": 5}),
        Link("SHARES", 9, 7, {"at": 5}),
        Link("REPLIES_TO", 9, 6, {"at": 5}),
        Count("Post", 6, "replies", 1),
    )
    assert touched(ops) == Touched(
        lists=frozenset(
            {Stale("posts", ALICE, 5), Stale("replies", 6, 5), Stale("shared", ALICE, None)}
        ),
        posts=frozenset({9}),
        post_counts=frozenset({6, 7, 9}),
    )
    assert touched((Put("Post", 9, {"text": "x"}),)).posts == {9}
    gone = touched((Unlink("POSTED", ALICE, 9),), {("POSTED", ALICE, 9): 5})
    assert gone.lists == {Stale("posts", ALICE, 5), Stale("shared", ALICE, None)}
    assert Touched.from_json(gone.to_json()) == gone


def test_a_day_of_activity_costs_a_card_and_nothing_that_others_share() -> None:
    assert touched((Put("User", BOB, {"lastActiveDay": 5}),)) == Touched(cards=frozenset({BOB}))
    both = touched((Put("User", BOB, {"lastActiveDay": 5, "bio": "b"}),))
    assert both == Touched(people=frozenset({BOB}), counts=frozenset({BOB}))


def test_a_moved_follow_touches_the_whole_lists() -> None:
    assert touched((Relink("FOLLOWS", ALICE, BOB, {"since": 9}),)).lists == (
        follow_lists(None) | FRIENDS
    )


def test_people_and_their_counts() -> None:
    ops: Ops = (Count("User", ALICE, "followers", 1), Put("User", BOB, {"bio": "x"}))
    assert touched(ops) == Touched(people=frozenset({BOB}), counts=frozenset({ALICE, BOB}))
    assert touched((Create("User", 3, {}),)).people == {3}


@given(
    lists=st.frozensets(
        st.builds(
            Stale,
            st.sampled_from(CACHED),
            st.integers(1, 2**63 - 1),
            st.none() | st.integers(0, 2**53),
        )
    ),
    people=st.frozensets(st.integers(1, 99)),
    counts=st.frozensets(st.integers(1, 99)),
    cards=st.frozensets(st.integers(1, 99)),
)
def test_it_survives_json(
    lists: frozenset[Stale],
    people: frozenset[int],
    counts: frozenset[int],
    cards: frozenset[int],
) -> None:
    whole = Touched(lists, people, counts, cards=cards)
    assert Touched.from_json(whole.to_json()) == whole


def test_a_list_may_be_stale_whole_and_in_one_segment() -> None:
    both = touched((Unlink("FOLLOWS", 3, BOB), Link("FOLLOWS", ALICE, BOB, {"since": 5})))
    assert Touched.from_json(both.to_json()) == both


def test_two_changes_touch_what_each_of_them_does() -> None:
    one, two = Touched(people=frozenset({1})), Touched(counts=frozenset({2}))
    assert one | two == Touched(people=frozenset({1}), counts=frozenset({2}))


async def cached(store: Store, ids: list[int]) -> dict[tuple[str, int], object]:
    """Everything that is kept in a cache, as it should be now."""
    found: dict[tuple[str, int], object] = {}
    for name in CACHED:
        for id, links in zip(ids, await store.neighbours(name, ids), strict=True):
            found[name, id] = (links.ids.tolist(), links.at.tolist())
    for id, person, counts in zip(
        ids, await store.people(ids), await store.counts(ids), strict=True
    ):
        found["people", id], found["counts", id] = person, counts
    return found


two = st.lists(st.integers(0, 3), min_size=2, max_size=2, unique=True).map(tuple)
decisions = st.sampled_from([following, following, unfollowing, blocking, unblocking])


@pytest.mark.anyio
@given(changes=st.lists(st.tuples(decisions, two), max_size=10), hidden=st.booleans(), moved=two)
async def test_whatever_a_change_moves_is_touched(
    changes: list[Any], hidden: bool, moved: tuple[int, int]
) -> None:
    store = MemoryStore()
    ids = list(await crowd(store, 4))
    for decide, (x, y) in changes:
        before = await cached(store, ids)
        _, ops = await store.change_pair(ids[x], ids[y], decide(ids[x], ids[y]))
        assert_covered(before, await cached(store, ids), touched(ops))
    a, b = ids[moved[0]], ids[moved[1]]
    late: Ops = (
        Put("User", a, {"hideNetwork": hidden}),
        Relink("FOLLOWS", a, b, {"since": T0 + 9}),
    )
    before = await cached(store, ids)
    await store.change_pair(a, b, lambda _: late)
    assert_covered(before, await cached(store, ids), touched(late))


def assert_covered(before: dict[Any, object], after: dict[Any, object], known: Touched) -> None:
    lists = {(stale.list, stale.owner) for stale in known.lists}
    lists |= {("people", id) for id in known.people} | {("counts", id) for id in known.counts}
    assert {key for key in before if before[key] != after[key]} <= lists
