"""Lists: their order, whole and by pages, in both directions."""

from __future__ import annotations

import numpy as np
import pytest

from graph.records import Position
from graph.store import Store
from tests.support.cast import T0, befriend, block, cast, crowd, follow, link
from tests.support.reading import entries

pytestmark = pytest.mark.anyio

# (list, edge, its time, whether the owner is the source)
SIDES = [
    ("following", "FOLLOWS", "since", True),
    ("followers", "FOLLOWS", "since", False),
    ("sent_requests", "REQUESTED", "since", True),
    ("requests", "REQUESTED", "since", False),
    ("blocking", "BLOCKS", "since", True),
    ("blocked_by", "BLOCKS", "since", False),
    ("muting", "MUTES", "since", True),
    ("dismissed", "DISMISSED", "at", True),
]


async def tied(store: Store, name: str) -> tuple[int, list[Position]]:
    """An owner with a list of eleven, among them ties; the list, newest first."""
    owner, *others = await crowd(store, 12)
    edge, time, out = next((e, t, o) for n, e, t, o in SIDES if n == name)
    found = [Position(T0 + (at // 4) * 1000, other) for at, other in enumerate(others)]
    rows = [(owner, p.id) if out else (p.id, owner) for p in found]
    await store.load_edges(
        edge, [(a, b, {time: p.at}) for (a, b), p in zip(rows, found, strict=True)]
    )
    return owner, sorted(found, reverse=True)


@pytest.mark.parametrize("name", [side[0] for side in SIDES])
async def test_a_list_is_newest_first_ties_by_id(store: Store, name: str) -> None:
    owner, expected = await tied(store, name)
    [whole] = await store.neighbours(name, [owner])
    assert entries(whole) == expected
    assert whole.ids.dtype == np.int64
    assert whole.at.dtype == np.int64


@pytest.mark.parametrize("size", [1, 3, 4, 11, 50])
@pytest.mark.parametrize("name", [side[0] for side in SIDES])
async def test_pages_forward_give_the_list(store: Store, name: str, size: int) -> None:
    owner, expected = await tied(store, name)
    walked: list[Position] = []
    while page := entries(
        await store.neighbours_page(name, owner, size, after=walked[-1] if walked else None)
    ):
        assert len(page) <= size
        walked += page
        assert len(walked) <= len(expected)
    assert walked == expected


@pytest.mark.parametrize("size", [1, 3, 4, 50])
@pytest.mark.parametrize("name", ["following", "followers", "requests"])
async def test_pages_backward_give_the_list(store: Store, name: str, size: int) -> None:
    owner, expected = await tied(store, name)
    walked = expected[-1:]
    while page := entries(await store.neighbours_page(name, owner, size, before=walked[0])):
        assert len(page) == min(size, len(expected) - len(walked))
        walked = page + walked
        assert len(walked) <= len(expected)
    assert walked == expected


@pytest.mark.parametrize("name", ["following", "followers", "friends"])
async def test_a_page_between_two_positions(store: Store, name: str) -> None:
    owner, *others = await crowd(store, 10)
    for at, other in enumerate(others):
        await befriend(store, owner, other, T0 + at // 3)
    [whole] = await store.neighbours(name, [owner])
    expected = entries(whole)
    between = expected[2:7]
    after, before = expected[1], expected[7]
    # Newer than `after` is out; `before` bounds the other side: strictly between.
    page = await store.neighbours_page(name, owner, 50, after=after, before=expected[0])
    assert entries(page) == []
    page = await store.neighbours_page(name, owner, 50, after=after, before=before)
    assert entries(page) == between
    page = await store.neighbours_page(name, owner, 2, after=after, before=before)
    assert entries(page) == between[:2]


async def test_a_position_whose_entry_has_gone_still_holds(store: Store) -> None:
    alice, bob, carol, dan, eve = await cast(store)
    for at, other in enumerate([bob, dan, eve]):
        await follow(store, alice, other, T0 + 10 * at)
    gone = Position(T0 + 10, carol)  # a tie with dan, older than him by id
    page = await store.neighbours_page("following", alice, 9, after=gone)
    assert page.ids.tolist() == [bob]
    page = await store.neighbours_page("following", alice, 9, before=gone)
    assert page.ids.tolist() == [eve, dan]


async def test_friends_are_who_follow_each_other_since_the_later_follow(store: Store) -> None:
    alice, bob, carol, dan, eve = await cast(store)
    await follow(store, alice, bob, T0 + 5)
    await follow(store, bob, alice, T0 + 9)
    await follow(store, carol, alice, T0 + 7)
    await follow(store, alice, carol, T0 + 7)
    await follow(store, alice, dan, T0 + 99)
    await follow(store, eve, alice, T0 + 99)
    of_alice, of_dan = await store.neighbours("friends", [alice, dan])
    assert entries(of_alice) == [Position(T0 + 9, bob), Position(T0 + 7, carol)]
    assert entries(of_dan) == []
    page = await store.neighbours_page("friends", alice, 1)
    assert entries(page) == [Position(T0 + 9, bob)]
    page = await store.neighbours_page("friends", alice, 1, after=Position(T0 + 9, bob))
    assert entries(page) == [Position(T0 + 7, carol)]
    page = await store.neighbours_page("friends", alice, 1, before=Position(T0 + 7, carol))
    assert entries(page) == [Position(T0 + 9, bob)]


async def test_lists_of_many_owners_in_one_trip_in_order(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    await follow(store, alice, bob)
    await follow(store, carol, alice)
    before = store.trips
    found = await store.neighbours("following", [carol, 999_999, bob, alice, carol])
    assert store.trips == before + 1
    assert [links.ids.tolist() for links in found] == [[alice], [], [], [bob], [alice]]
    assert await store.neighbours("following", []) == []


async def test_nobody_has_empty_lists(store: Store) -> None:
    for name in ("following", "followers", "friends", "blocking", "posts"):
        [whole] = await store.neighbours(name, [999_999])
        page = await store.neighbours_page(name, 999_999, 5)
        assert len(whole) == len(page) == 0


async def test_the_gone_stay_in_lists_until_they_are_erased(store: Store) -> None:
    people = await cast(store, bob={"gone": True})
    await follow(store, people.alice, people.bob)
    [links] = await store.neighbours("following", [people.alice])
    assert links.ids.tolist() == [people.bob]


async def test_a_huge_list_is_paged_to_its_end(store: Store) -> None:
    star, *fans = await crowd(store, 1_301)
    await store.load_edges("FOLLOWS", [(fan, star, {"since": T0 + fan % 7}) for fan in fans])
    expected = sorted((Position(T0 + fan % 7, fan) for fan in fans), reverse=True)
    walked: list[Position] = []
    while page := entries(
        await store.neighbours_page("followers", star, 500, after=walked[-1] if walked else None)
    ):
        walked += page
    assert walked == expected
    middle = expected[700]
    page = entries(await store.neighbours_page("followers", star, 20, before=middle))
    assert page == expected[680:700]


async def test_linked_says_who_has_the_edge(store: Store) -> None:
    alice, bob, _, dan, eve = await cast(store)
    await follow(store, bob, alice)
    await follow(store, dan, alice)
    await follow(store, alice, eve)
    assert await store.linked("FOLLOWS", [eve, dan, 999_999, bob, dan], alice) == [
        False,
        True,
        False,
        True,
        True,
    ]
    assert await store.linked("BLOCKS", [bob], alice) == [False]
    assert await store.linked("FOLLOWS", [bob], 999_999) == [False]
    assert await store.linked("FOLLOWS", [], alice) == []


async def test_linked_with_many_asked_and_few_there_and_the_reverse(store: Store) -> None:
    star, newcomer, *fans = await crowd(store, 400)
    await store.load_edges("FOLLOWS", [(fan, star, {"since": T0}) for fan in fans[:200]])
    await follow(store, fans[3], newcomer)
    asked = await store.linked("FOLLOWS", fans, newcomer)
    assert [fan for fan, yes in zip(fans, asked, strict=True) if yes] == [fans[3]]
    assert await store.linked("FOLLOWS", [fans[199], fans[200]], star) == [True, False]


async def test_pairs_tell_everything_between_two_people(store: Store) -> None:
    alice, bob, carol, dan, eve = await cast(store)
    await follow(store, alice, bob, T0 + 1, notify=True)
    await follow(store, bob, alice, T0 + 2)
    await block(store, carol, alice, T0 + 3)
    await link(store, "MUTES", alice, bob, since=T0 + 4, until=T0 + 99)
    await link(store, "REQUESTED", alice, dan, since=T0 + 5, notify=True, via="search")
    before = store.trips
    of_bob, of_nobody, of_carol, of_dan, of_eve = await store.pairs(
        alice, [bob, 999_999, carol, dan, eve]
    )
    assert store.trips == before + 1
    assert of_bob.a is not None
    assert of_bob.b is not None
    assert (of_bob.a.username, of_bob.b.username) == ("alice", "bob")
    assert of_bob.out == {
        "FOLLOWS": {"since": T0 + 1, "notify": True},
        "MUTES": {"since": T0 + 4, "until": T0 + 99},
    }
    assert of_bob.back == {"FOLLOWS": {"since": T0 + 2, "notify": False}}
    assert of_nobody.b is None
    assert (of_nobody.out, of_nobody.back) == ({}, {})
    assert (of_carol.out, of_carol.back) == ({}, {"BLOCKS": {"since": T0 + 3}})
    assert of_dan.out == {"REQUESTED": {"since": T0 + 5, "notify": True, "via": "search"}}
    assert (of_eve.out, of_eve.back) == ({}, {})
    assert await store.pairs(alice, []) == []


async def test_a_hundred_pairs_are_one_trip(store: Store) -> None:
    me, *others = await crowd(store, 101)
    await store.load_edges("FOLLOWS", [(me, other, {"since": T0}) for other in others[::2]])
    before = store.trips
    found = await store.pairs(me, others)
    assert store.trips == before + 1
    assert ["FOLLOWS" in pair.out for pair in found] == [True, False] * 50
