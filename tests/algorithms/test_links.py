"""Mutual friends, friends of friends and suggestions against naive sets."""

from __future__ import annotations

import doctest
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms import links
from algorithms.links import (
    Candidate,
    Ids,
    Part,
    intersect,
    most_first,
    score,
    strongest,
    suggest,
    tally,
    without,
)

# Dense ids as most are, and a few far ones, so that both ways of counting are taken.
ids = st.integers(0, 60) | st.integers(10**6, 10**6 + 5) | st.sampled_from([2**40, 2**62 + 1])
sets = st.frozensets(ids, max_size=30)


def array(those: object) -> Ids:
    assert isinstance(those, (frozenset, set, list))
    return np.array(sorted(those), np.int64)


def test_the_examples_in_the_docstrings_hold() -> None:
    outcome = doctest.testmod(links)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@given(a=sets, b=sets)
def test_intersect_is_the_intersection(a: frozenset[int], b: frozenset[int]) -> None:
    assert intersect(array(a), array(b)).tolist() == sorted(a & b)


@given(lists=st.lists(sets, max_size=6))
def test_tally_counts_in_how_many_lists_each_stands(lists: list[frozenset[int]]) -> None:
    found, counts = tally([array(one) for one in lists])
    naive = Counter(id for one in lists for id in one)
    assert found.tolist() == sorted(naive)
    assert counts.tolist() == [naive[id] for id in sorted(naive)]
    assert found.dtype == counts.dtype == np.int64


@given(lists=st.lists(sets, max_size=6))
def test_most_first_breaks_ties_by_id(lists: list[frozenset[int]]) -> None:
    found, counts = tally([array(one) for one in lists])
    order = most_first(found, counts)
    naive = Counter(id for one in lists for id in one)
    assert found[order].tolist() == sorted(naive, key=lambda id: (-naive[id], id))


@given(lists=st.lists(sets, max_size=6), limit=st.integers(1, 12))
def test_the_strongest_are_the_head_of_most_first(lists: list[frozenset[int]], limit: int) -> None:
    found, counts = tally([array(one) for one in lists])
    expected = found[most_first(found, counts)][:limit].tolist()
    assert strongest(found, counts, limit).tolist() == expected


@given(lists=st.lists(sets, max_size=4), gone=st.lists(st.lists(ids, max_size=8), max_size=3))
def test_without_drops_whoever_stands_in_any(
    lists: list[frozenset[int]], gone: list[list[int]]
) -> None:
    found, counts = tally([array(one) for one in lists])
    kept, left = without(found, counts, *(np.array(one, np.int64) for one in gone))
    dropped = {id for one in gone for id in one}
    naive = Counter(id for one in lists for id in one if id not in dropped)
    assert dict(zip(kept.tolist(), left.tolist(), strict=True)) == naive
    assert kept.tolist() == sorted(naive)


@given(friends=st.dictionaries(st.integers(1, 12), st.frozensets(st.integers(1, 12)), min_size=1))
def test_friends_of_friends_are_what_naive_counting_finds(
    friends: dict[int, frozenset[int]],
) -> None:
    me = min(friends)
    both = {
        a: {b for b in friends if b != a and (b in friends[a] or a in friends[b])} for a in friends
    }
    found, counts = tally([array(both[friend]) for friend in both[me]])
    found, counts = without(found, counts, array(both[me]), np.array([me]))
    naive = {
        other: len(both[me] & both[other])
        for other in friends
        if other != me and other not in both[me] and both[me] & both[other]
    }
    assert dict(zip(found.tolist(), counts.tolist(), strict=True)) == naive


def test_nothing_comes_of_nothing() -> None:
    none = np.empty(0, np.int64)
    assert [part.tolist() for part in tally([])] == [[], []]
    assert [part.tolist() for part in tally([none])] == [[], []]
    assert intersect(none, np.array([1])).tolist() == []
    assert suggest([], 5) == []


def candidate(
    id: int,
    mutual: int = 0,
    country: bool = False,
    active: bool = False,
    private: bool = False,
) -> Candidate:
    return Candidate(id, mutual, country, active, private)


@pytest.mark.parametrize(
    ("one", "total"),
    [
        (candidate(1), None),
        (candidate(1, mutual=1), 5),
        (candidate(1, mutual=3), 15),
        (candidate(1, country=True), 3),
        (candidate(1, active=True), 2),
        (candidate(1, mutual=2, country=True, active=True), 15),
        (candidate(1, private=True), None),
        (candidate(1, country=True, active=True, private=True), None),
        (candidate(1, mutual=1, private=True), 5),
        (candidate(1, mutual=2, private=True), 13),
    ],
)
def test_scores(one: Candidate, total: int | None) -> None:
    scored = score(one)
    assert (scored and scored.score) == total


def test_a_score_is_the_sum_of_its_parts() -> None:
    scored = score(candidate(9, mutual=2, country=True, active=True, private=True))
    assert scored is not None
    assert scored.parts == (
        Part("MUTUAL_FRIENDS", 10),
        Part("SAME_COUNTRY", 3),
        Part("ACTIVE", 2),
        Part("PRIVATE_KNOWN", 3),
    )
    assert scored.score == 18


candidates = st.lists(
    st.builds(
        Candidate,
        st.integers(1, 99),
        st.integers(0, 4),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    unique_by=lambda one: one.id,
)


@given(those=candidates, limit=st.integers(0, 8))
def test_suggestions_are_the_best_ties_by_id(those: list[Candidate], limit: int) -> None:
    best = suggest(those, limit)
    everyone = suggest(those, len(those))
    assert best == everyone[:limit]
    assert [(-one.score, one.id) for one in everyone] == sorted(
        (-one.score, one.id) for one in everyone
    )
    assert {one.id for one in everyone} == {one.id for one in those if score(one) is not None}
    assert all(one.score == sum(part.weight for part in one.parts) for one in everyone)
    assert all(one.score > 0 for one in everyone)


def test_the_golden_people_you_may_know() -> None:
    """1: US, friends 2 3; 2: US, friends 1 4, active 5 days ago; 3: CA, private, friends 1 5,
    10 days; 4: US, friends 2, 2 days; 5: CA, private, friends 3 6 7, 3 days."""
    friends = {1: [2, 3], 2: [1, 4], 3: [1, 5], 4: [2], 5: [3, 6, 7]}
    country = {1: "US", 2: "US", 3: "CA", 4: "US", 5: "CA"}
    days_ago = {2: 5, 3: 10, 4: 2, 5: 3}
    found, counts = tally([array(friends[friend]) for friend in friends[1]])
    found, counts = without(found, counts, array(friends[1]), np.array([1]))
    those = [
        Candidate(id, mutual, country[id] == country[1], days_ago[id] <= 7, id in (3, 5))
        for id, mutual in zip(found.tolist(), counts.tolist(), strict=True)
    ]
    assert [(one.id, one.score) for one in suggest(those, 10)] == [(4, 10), (5, 7)]
