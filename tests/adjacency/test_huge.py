"""Lists that may hold millions: a page costs a page, a change costs one segment."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.adjacency.hot import Hot
from graph.adjacency.segments import HEAD, SEGMENT, Directory, Segment, begun, decode_directory
from graph.adjacency.touched import Stale, Touched
from graph.records import Links, Position
from tests.adjacency.gate import Gate
from tests.adjacency.village import Village, first_piece, whole
from tests.support.cast import T0, crowd
from tests.support.reading import entries

pytestmark = pytest.mark.anyio


async def celebrity(village: Village, followers: int) -> list[Position]:
    """alice, with so many followers; where each stands, newest first."""
    fans = await crowd(village.store, followers)
    rows = [(fan, village.people.alice, {"since": T0 + fan // 3}) for fan in fans]
    await village.store.load_edges("FOLLOWS", rows)
    return sorted((Position(T0 + fan // 3, fan) for fan in fans), reverse=True)


async def add(village: Village, by: Hot, since: int) -> Position:
    """Somebody new follows alice."""
    fan = (await crowd(village.store, 1))[0]
    await village.follow(fan, village.people.alice, since, by=by)
    return Position(since, fan)


@pytest.mark.parametrize("followers", [0, 1, HEAD, HEAD + 1, 2 * HEAD, 5000])
async def test_all_of_a_list_cold_and_warm(village: Village, followers: int) -> None:
    there = await celebrity(village, followers)
    await walk_until_known(village, village.here, there)
    before = village.here.trips, village.store.trips
    assert await whole(village.here, "followers", village.people.alice) == there
    assert (village.here.trips, village.store.trips) == before


async def walk_until_known(village: Village, hot: Hot, there: list[Position]) -> None:
    """Until a walk asks nobody anything.

    A piece is kept behind the answer; a walk that is faster than that goes on in the store, and
    the next one comes further. So it is some walks, not a number of them.
    """
    for _ in range(len(there) // HEAD + 3):
        before = hot.trips, village.store.trips
        assert await whole(hot, "followers", village.people.alice) == there
        if (hot.trips, village.store.trips) == before:
            return
        while hot._fetcher._tasks:  # noqa: ASYNC110 - nobody could tell us
            await asyncio.sleep(0.002)
    raise AssertionError("it never becomes known")


@pytest.mark.parametrize("walked", [True, False], ids=["walked before", "never walked"])
async def test_from_the_middle_in_both_directions(village: Village, walked: bool) -> None:
    there = await celebrity(village, 3000)
    alice = village.people.alice
    if walked:
        await whole(village.here, "followers", alice)
    else:
        await first_piece(village.here, "followers", alice)
    for at in (0, 1, HEAD - 1, HEAD, HEAD + 1, 1500, 2998, 2999):
        place = there[at]
        older = [
            e
            async for links in village.here.pieces("followers", alice, after=place)
            for e in entries(links)
        ]
        assert older == there[at + 1 :]
        pieces = [
            entries(links) async for links in village.here.pieces("followers", alice, before=place)
        ]
        assert [e for piece in reversed(pieces) for e in piece] == there[:at]


async def test_a_thousand_follows_cost_a_segment_each(village: Village, store: Gate) -> None:
    there = await celebrity(village, 1500)
    alice = village.people.alice
    assert await whole(village.here, "followers", alice) == there
    asked: list[int] = []
    page = store.neighbours_page

    async def counted(name: str, owner: int, limit: int, **between: object) -> Links:
        asked.append(limit)
        links: Links = await page(name, owner, limit, **between)
        return links

    store.neighbours_page = counted  # type: ignore[method-assign]
    for turn in range(1000):
        new = await add(village, village.here, T0 + 10_000 + turn)
        there.insert(0, new)
        links = await first_piece(village.here, "followers", alice)
        assert entries(links)[0] == new
    assert len(asked) <= 1001
    assert max(asked) <= 2 * HEAD
    asked.clear()
    assert await whole(village.here, "followers", alice) == there
    assert len(asked) <= 12
    assert max(asked) <= 2 * SEGMENT


async def test_the_first_page_is_as_small_for_a_celebrity(village: Village, store: Gate) -> None:
    await celebrity(village, 20_000)
    before = store.calls["neighbours_page"]
    await first_piece(village.here, "followers", village.people.alice)
    assert store.calls["neighbours_page"] - before == 1
    for _ in range(2):
        await first_piece(village.here, "followers", village.people.alice)
    trips = village.here.trips
    await first_piece(village.there, "followers", village.people.alice)
    assert store.calls["neighbours_page"] - before <= 2
    assert village.here.trips == trips


async def test_a_removal_costs_the_segment_it_falls_in(village: Village, store: Gate) -> None:
    there = await celebrity(village, 3000)
    alice = village.people.alice
    await walk_until_known(village, village.there, there)
    gone = there.pop(2000)
    epoch = await village.unfollow(gone.id, alice, by=village.here)
    await village.there.catch_up(epoch)
    before = store.calls["neighbours_page"]
    assert await whole(village.there, "followers", alice) == there
    assert store.calls["neighbours_page"] - before == 1


async def test_a_change_of_unknown_time_costs_all_of_it(village: Village, store: Gate) -> None:
    there = await celebrity(village, 1000)
    alice = village.people.alice
    await whole(village.there, "followers", alice)
    await store.load_edges("FOLLOWS", [(village.people.bob, alice, {"since": T0})])
    there.append(Position(T0, village.people.bob))
    epoch = await village.here.invalidate(Touched(frozenset({Stale("followers", alice, None)})))
    await village.there.catch_up(epoch)
    assert await whole(village.there, "followers", alice) == sorted(there, reverse=True)


@pytest.mark.parametrize("index", [HEAD // 2, HEAD + 10], ids=["in a known segment", "behind"])
async def test_a_change_while_a_segment_is_read(village: Village, store: Gate, index: int) -> None:
    """The page is read before the removal and must not be kept after it."""
    there = await celebrity(village, 1500)
    alice = village.people.alice
    for _ in range(1 if index < HEAD else 3):
        await first_piece(village.there, "followers", alice)
        await asyncio.sleep(0.02)
    held = store.hold("neighbours_page")
    reading = asyncio.create_task(whole(village.there, "followers", alice))
    await asyncio.wait_for(held.read.wait(), 5)
    gone = there.pop(index)
    epoch = await village.unfollow(gone.id, alice, by=village.here)
    held.release.set()
    await reading
    for hot in (village.here, village.there):
        await hot.catch_up(epoch)
        assert await whole(hot, "followers", alice) == there


async def test_a_directory_that_was_dropped_does_not_come_back(
    village: Village, store: Gate
) -> None:
    """A reader that extends it meanwhile is refused."""
    await celebrity(village, 1500)
    alice, bob = village.people.alice, village.people.bob
    for _ in range(3):
        await first_piece(village.there, "followers", alice)
        await asyncio.sleep(0.02)
    held = store.hold("neighbours_page")
    reading = asyncio.create_task(whole(village.there, "followers", alice))
    await asyncio.wait_for(held.read.wait(), 5)
    await store.load_edges("FOLLOWS", [(bob, alice, {"since": T0 + 10**6})])
    epoch = await village.here.invalidate(Touched(frozenset({Stale("followers", alice, None)})))
    held.release.set()
    await reading
    for hot in (village.here, village.there):
        await hot.catch_up(epoch)
        assert (await first_piece(hot, "followers", alice)).ids[0] == bob


async def test_entries_of_one_millisecond_on_both_sides_of_a_cut(village: Village) -> None:
    fans = await crowd(village.store, 1200)
    alice = village.people.alice
    await village.store.load_edges("FOLLOWS", [(fan, alice, {"since": T0}) for fan in fans])
    for hot in (village.here, village.there):
        await whole(hot, "followers", alice)
    for fan in (fans[0], fans[600], fans[-1]):
        epoch = await village.unfollow(fan, alice)
        for hot in (village.here, village.there):
            await hot.catch_up(epoch)
            assert fan not in {e.id for e in await whole(hot, "followers", alice)}


async def test_uncached_lists_in_both_directions(village: Village, store: Gate) -> None:
    fans = await crowd(store, 400)
    alice = village.people.alice
    rows = [(fan, alice, {"since": T0 + fan}) for fan in fans]
    await store.load_edges("REQUESTED", rows)
    there = sorted((Position(T0 + fan, fan) for fan in fans), reverse=True)
    assert await whole(village.here, "requests", alice) == there
    pieces = [
        entries(links) async for links in village.here.pieces("requests", alice, before=there[300])
    ]
    assert [e for piece in reversed(pieces) for e in piece] == there[:300]
    members = np.array(sorted([*fans[:3], village.people.bob]), np.int64)
    assert (await village.here.linked("requests", alice, members)).tolist() == list(fans[:3])


@pytest.mark.parametrize("followers", [10, 1000])
async def test_who_of_some_follows(village: Village, followers: int) -> None:
    there = await celebrity(village, followers)
    bob, carol = village.people.bob, village.people.carol
    members = np.array(sorted([bob, carol, there[0].id, there[-1].id]), np.int64)
    for _ in range(3):
        found = await village.here.linked("followers", village.people.alice, members)
        assert found.tolist() == sorted({there[0].id, there[-1].id})
        await asyncio.sleep(0.01)


SIZES = st.integers(1, 3000)


@given(st.lists(SIZES, min_size=1, max_size=20), st.integers(0, 400))
def test_a_directory_is_read_as_it_was_written(sizes: list[int], more: int) -> None:
    directory = _directory(sizes)
    for at in range(more % 7):
        directory = directory.split(0, Position(10**13 + at, at), HEAD)
    assert decode_directory(directory.encode()) == directory


@given(st.lists(SIZES, min_size=1, max_size=20), st.integers(1, 400))
def test_segments_stay_few_and_numbers_new(sizes: list[int], splits: int) -> None:
    directory, seen = _directory(sizes), {s.number for s in _directory(sizes).segments}
    total = sum(sizes)
    for at in range(splits):
        old = {s.number for s in directory.segments}
        directory = directory.split(0, Position(10**13 + at, at), HEAD)
        new = {s.number for s in directory.segments} - old
        assert not new & seen
        seen |= new
        total += HEAD
        cuts = [s.oldest for s in directory.segments]
        assert cuts == sorted(cuts, reverse=True)
    assert len(directory.segments) <= len(sizes) + 20 + 2 * total // SEGMENT
    assert all(s.size <= max(SEGMENT, *sizes) for s in directory.segments)


def _directory(sizes: list[int]) -> Directory:
    links = Links(np.array([1], np.int64), np.array([10**12], np.int64))
    directory = begun(links)
    for at, size in enumerate(sizes):
        directory = directory.extended(Position(10**12 - 1 - at, at), size)
    return directory


@pytest.mark.parametrize("text", [b"D1 ", b"D1 x", b"D1 x 1", b"D1 x 1 2", b"D1 x 1 2,3,4", b""])
def test_a_directory_that_is_none(text: bytes) -> None:
    assert decode_directory(text) is None


def test_the_end_of_a_list_is_known() -> None:
    directory = Directory("n", 2, (Segment(0, Position(5, 5), 3), Segment(1, None, 1)))
    assert directory.following(Position(1, 1)) == 1
    assert directory.complete
