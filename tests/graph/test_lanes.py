"""Blocks without a group in common have neither nodes nor locks in common."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.lanes import BLOCKS, deal, group_of, groups_of
from graph.stores.bolt.counters import pair_lock, pair_locks
from graph.stores.bolt.wanted import LOCKS

ids = st.integers(1, 2**62)


@given(st.lists(st.tuples(ids, ids), max_size=60))
def test_edges_are_dealt_out_without_a_node_or_a_lock_in_common(
    pairs: list[tuple[int, int]],
) -> None:
    a, b = np.array(pairs, np.int64).reshape(-1, 2).T
    dealt = deal(a, b)
    everything = sorted(at for _, block in dealt for at in block.tolist())
    assert everything == list(range(len(pairs)))
    for (groups, block), (others, other) in itertools.combinations(dealt, 2):
        assert groups != others
        if groups & others:
            continue
        nodes = [{*a[some].tolist(), *b[some].tolist()} for some in (block, other)]
        locks = [{pair_lock(*pairs[at], LOCKS) for at in some.tolist()} for some in (block, other)]
        assert not nodes[0] & nodes[1]
        assert not locks[0] & locks[1]


@given(ids, ids)
def test_both_directions_of_a_pair_have_one_block_and_one_lock(a: int, b: int) -> None:
    [(groups, block)] = deal(np.array([a, b]), np.array([b, a]))
    assert len(block) == 2
    assert groups == {group_of(a), group_of(b)}
    assert pair_lock(a, b, LOCKS) == pair_lock(b, a, LOCKS)
    assert 0 <= pair_lock(a, b, LOCKS) < LOCKS


def test_large_blocks_come_with_one_to_go_beside_them() -> None:
    mixed = [set(block) for block in BLOCKS if block[0] != block[1]]
    for one, other in zip(mixed[::2], mixed[1::2], strict=True):
        assert not one & other


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
