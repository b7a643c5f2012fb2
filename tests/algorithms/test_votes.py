"""Votes: the Wilson lower bound, against its definition and what it is for."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms.votes import best_first, wilson

COUNTS = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), max_size=30)


def plain(up: int, down: int, z: float = 1.96) -> float:
    n = up + down
    if n == 0:
        return 0.0
    p = up / n
    spread = z * sqrt((p * (1 - p) + z * z / (4 * n)) / n)
    return max(0.0, (p + z * z / (2 * n) - spread) / (1 + z * z / n))


def arrays(counts: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    both = np.array(counts, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


@given(COUNTS)
def test_it_is_the_formula(counts: list[tuple[int, int]]) -> None:
    assert wilson(*arrays(counts)) == pytest.approx([plain(*one) for one in counts], abs=1e-12)


@given(COUNTS)
def test_it_promises_at_most_what_was_seen(counts: list[tuple[int, int]]) -> None:
    for bound, (up, down) in zip(wilson(*arrays(counts)), counts, strict=True):
        assert 0 <= bound <= up / max(up + down, 1) + 1e-12


def test_few_votes_promise_little() -> None:
    order = best_first(*arrays([(1, 0), (95, 5), (600, 400), (0, 0), (0, 3)]))
    assert order.tolist() == [1, 2, 0, 3, 4]


@given(COUNTS)
def test_of_equals_the_given_order_stays(counts: list[tuple[int, int]]) -> None:
    doubled = [one for one in counts for _ in range(2)]
    place = {index: at for at, index in enumerate(best_first(*arrays(doubled)).tolist())}
    assert all(place[2 * n] < place[2 * n + 1] for n in range(len(counts)))
