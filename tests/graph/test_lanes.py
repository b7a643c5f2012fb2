"""Lanes of one round have neither nodes nor locks in common, and every edge has its turn."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.lanes import deal, group_of, groups_of
from graph.stores.bolt.counters import pair_lock, pair_locks
from graph.stores.bolt.wanted import LOCKS

ids = st.integers(1, 2**62)


@given(st.lists(st.tuples(ids, ids), max_size=60))
def test_edges_are_dealt_out_without_a_node_or_a_lock_in_common(
    pairs: list[tuple[int, int]],
) -> None:
    a, b = np.array(pairs, np.int64).reshape(-1, 2).T
    dealt = deal(a, b)
    everything = sorted(at for lanes in dealt for lane in lanes for at in lane.tolist())
    assert everything == list(range(len(pairs)))
    for lanes in dealt:
        nodes = [{*a[lane].tolist(), *b[lane].tolist()} for lane in lanes]
        locks = [{pair_lock(*pairs[at], LOCKS) for at in lane.tolist()} for lane in lanes]
        assert not nodes[0] & nodes[1]
        assert not locks[0] & locks[1]


@given(ids, ids)
def test_both_directions_of_a_pair_have_one_turn_and_one_lock(a: int, b: int) -> None:
    one = deal(np.array([a, b]), np.array([b, a]))
    assert sorted(len(lane) for lanes in one for lane in lanes) == [0, 0, 0, 0, 0, 2]
    assert pair_lock(a, b, LOCKS) == pair_lock(b, a, LOCKS)
    assert 0 <= pair_lock(a, b, LOCKS) < LOCKS


@given(st.lists(ids, max_size=30))
def test_groups_are_the_same_one_by_one_and_all_at_once(some: list[int]) -> None:
    assert groups_of(np.array(some, np.int64)).tolist() == [group_of(id) for id in some]


@given(st.lists(st.tuples(ids, ids), max_size=30))
def test_locks_are_the_same_one_by_one_and_all_at_once(pairs: list[tuple[int, int]]) -> None:
    a, b = np.array(pairs, np.int64).reshape(-1, 2).T
    assert pair_locks(a, b, LOCKS) == sorted({pair_lock(*pair, LOCKS) for pair in pairs})


def test_locks_are_used_alike() -> None:
    dice = np.random.default_rng(7)
    pairs = dice.integers(1, 2**40, (40_000, 2)).tolist()
    counts = np.bincount([pair_lock(a, b, LOCKS) for a, b in pairs], minlength=LOCKS)
    assert counts.max() < 5 * counts.mean()
    assert (counts == 0).sum() < LOCKS // 100
