"""Packed lists: nothing is lost, nothing foreign is taken for one, and they are small."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.adjacency.packing import Packed, pack, unpack, unpack_many
from graph.records import Links
from tests.adjacency.valkeys import Valkey

YEARS_MS = 3 * 365 * 86_400_000
IDS = st.one_of(st.integers(0, 300), st.integers(0, 2**24 + 5), st.integers(0, 2**62))
TIMES = st.one_of(st.integers(-5, 5), st.integers(0, 2**41), st.integers(-(2**46), 2**46))
LISTS = st.lists(st.tuples(TIMES, IDS), max_size=300).map(lambda rows: sorted(rows, reverse=True))


def links(rows: list[tuple[int, int]]) -> Links:
    return Links(
        np.array([id for _, id in rows], np.int64), np.array([at for at, _ in rows], np.int64)
    )


def rows_of(packed: Packed | None) -> list[tuple[int, int]]:
    assert packed is not None
    return list(zip(packed.at.tolist(), packed.ids.tolist(), strict=True))


@given(LISTS)
def test_what_comes_out_is_what_went_in(rows: list[tuple[int, int]]) -> None:
    found = unpack(pack(links(rows)))
    assert rows_of(found) == rows
    assert found is not None
    assert found.ascending.tolist() == sorted(id for _, id in rows)


@given(st.lists(LISTS, max_size=8))
def test_many_come_out_as_one_by_one(lists: list[list[tuple[int, int]]]) -> None:
    found = unpack_many([pack(links(rows)) for rows in lists])
    assert [rows_of(one) for one in found] == lists


@given(LISTS, st.data())
def test_what_is_cut_short_or_too_long_is_missing(
    rows: list[tuple[int, int]], data: st.DataObject
) -> None:
    packed = pack(links(rows))
    assert unpack(packed[: data.draw(st.integers(0, len(packed) - 1))]) is None
    assert unpack(packed + b"\0") is None


@given(LISTS)
def test_another_version_is_missing(rows: list[tuple[int, int]]) -> None:
    packed = pack(links(rows))
    assert unpack(bytes([packed[0] + 1]) + packed[1:]) is None


@given(st.binary(max_size=200))
def test_noise_is_missing_or_a_list(data: bytes) -> None:
    found = unpack(data)
    assert found is None or len(found) >= 0


def test_only_newest_first_is_packed() -> None:
    with pytest.raises(ValueError, match="newest first"):
        pack(links([(1, 1), (2, 2)]))


def test_arrays_are_read_only() -> None:
    found = unpack(pack(links([(2, 2), (1, 1)])))
    assert found is not None
    for array in (found.ids, found.at, found.ascending):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7


@pytest.mark.parametrize("people", [20_000, 10_000_000])
@pytest.mark.parametrize("entries", [101, 200, 1000])
def test_an_edge_takes_at_most_eight_bytes_in_the_server(
    valkey: Valkey, people: int, entries: int
) -> None:
    random = np.random.default_rng(people + entries)
    at = np.sort(random.integers(0, YEARS_MS, entries))[::-1] + 1_600_000_000_000
    ids = random.choice(people, entries, replace=False).astype(np.int64)
    valkey.client.set("a:AAAA0:following:12345678", pack(Links(ids, at)), px=3_600_000)
    taken = valkey.client.memory_usage("a:AAAA0:following:12345678")
    assert taken is not None
    assert taken / entries <= 8


def test_uneven_times_cost_no_more_than_even_ones() -> None:
    """All of yesterday, and one from long ago."""
    at = np.array([*range(1_700_000_000_000, 1_700_000_000_000 - 199, -1), 0], np.int64)
    assert len(pack(Links(np.arange(200), at))) / 200 < 8
