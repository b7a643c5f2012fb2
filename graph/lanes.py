"""How edges are dealt out, so that those who write them at once have no node in common. Pure.

Every node is in one of four groups, by the hash of its id. In each round two lanes write edges
between groups that the other has not; after three rounds every pair of groups was written. The
locks of pairs are dealt out by the same groups, so lanes share no lock either.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]

GROUPS = 4
LANES = 2
ROUNDS = 3


class Turn(NamedTuple):
    round: int
    lane: int


# By the lower and the higher group: in the first round each lane has two groups to itself.
DEALT: dict[tuple[int, int], Turn] = {
    (0, 0): Turn(0, 0),
    (0, 1): Turn(0, 0),
    (1, 1): Turn(0, 0),
    (2, 2): Turn(0, 1),
    (2, 3): Turn(0, 1),
    (3, 3): Turn(0, 1),
    (0, 2): Turn(1, 0),
    (1, 3): Turn(1, 1),
    (0, 3): Turn(2, 0),
    (1, 2): Turn(2, 1),
}
_TURNS = np.zeros((GROUPS, GROUPS), np.int64)
for (_low, _high), _turn in DEALT.items():
    _TURNS[_low, _high] = _TURNS[_high, _low] = _turn.round * LANES + _turn.lane


def scattered(value: int) -> int:
    """SplitMix64: neighbouring ids land far from each other, in every process alike."""
    value = (value + 0x9E3779B97F4A7C15) & _ALL
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _ALL
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _ALL
    return value ^ (value >> 31)


_ALL = 2**64 - 1


def group_of(id: int) -> int:
    return scattered(id) % GROUPS


def scattered_all(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The same, many at once."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def groups_of(ids: Ids) -> Ids:
    return (scattered_all(ids.astype(np.uint64)) % np.uint64(GROUPS)).astype(np.int64)


def deal(a: Ids, b: Ids) -> list[list[Ids]]:
    """Rounds of lanes of positions; what stands in one lane keeps its order."""
    turns = _TURNS[groups_of(a), groups_of(b)]
    return [
        [np.flatnonzero(turns == round * LANES + lane) for lane in range(LANES)]
        for round in range(ROUNDS)
    ]
