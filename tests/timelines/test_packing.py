"""Entries as bytes: what comes out is what went in, in order, each post once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.records import Position, Posted
from graph.timelines.packing import (
    newer_part,
    older_part,
    pack_entries,
    pack_entry,
    pack_people,
    pack_place,
    together,
    unpack_entries,
)

# Close together, so that times tie, and far ones.
times = st.integers(0, 5) | st.integers(0, 2**47)
ids = st.integers(1, 9) | st.integers(1, 2**62)
row = st.tuples(times, ids, st.integers(0, 2**32 - 1))
rows = st.lists(row, max_size=12, unique_by=lambda one: one[1])


def posted(some: Sequence[tuple[int, int, int]]) -> Posted:
    table = np.array(some, np.int64).reshape(-1, 3)
    return Posted(table[:, 1], table[:, 0], table[:, 2])


def listed(found: Posted) -> list[tuple[int, int, int]]:
    return list(zip(found.at.tolist(), found.ids.tolist(), found.authors.tolist(), strict=True))


@given(some=rows)
def test_a_round_trip_sorts_newest_first_and_keeps_each_post_once(
    some: list[tuple[int, int, int]],
) -> None:
    data = pack_entries(posted(some)) * 2
    assert listed(unpack_entries(data)) == sorted(some, reverse=True)


@given(one=st.tuples(times, ids), other=st.tuples(times, ids))
def test_entries_and_places_compare_as_what_they_stand_for(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    a, b = pack_entry(*one, 7), pack_entry(*other, 7)
    assert (a[:16] < b[:16]) == (one < other)
    assert pack_place(Position(*one)) == a[:16]


def test_a_person_takes_four_bytes() -> None:
    assert pack_people(np.array([1, 2**32 - 1])) == b"\x00\x00\x00\x01\xff\xff\xff\xff"


@given(parts=st.lists(rows, max_size=3))
def test_several_together_are_one(parts: list[list[tuple[int, int, int]]]) -> None:
    by_id = {row[1]: row for part in parts for row in part}
    parts = [[by_id[row[1]] for row in part] for part in parts]
    assert listed(together(map(posted, parts))) == sorted(by_id.values(), reverse=True)


@given(some=rows, at=times, id=ids)
def test_a_place_cuts_without_keeping_what_stands_there(
    some: list[tuple[int, int, int]], at: int, id: int
) -> None:
    place = Position(at, id)
    everything = together([posted(some)])
    newer, older = newer_part(everything, place), older_part(everything, place)
    ordered = sorted(some, reverse=True)
    assert listed(newer) == [row for row in ordered if row[:2] > place]
    assert listed(older) == [row for row in ordered if row[:2] < place]
