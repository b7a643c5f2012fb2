"""How edges are dealt out, so that those who write them at once have no node in common. Pure.

Every node is in one of four groups, by the hash of its id, and every edge in the block of its two
ends' groups. Blocks without a group in common are written at once: their edges have no node in
common. The locks of pairs are dealt out by the same groups, so they share no lock either.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Groups = frozenset[int]

GROUPS = 4
LANES = 2

# By the lower and the higher group; neighbours have no group in common. Small blocks come last:
# they fill what large ones leave.
BLOCKS = (
    *((0, 1), (2, 3), (0, 2), (1, 3), (0, 3), (1, 2)),
    *((0, 0), (1, 1), (2, 2), (3, 3)),
)
_BLOCK = np.zeros((GROUPS, GROUPS), np.int64)
for _number, (_low, _high) in enumerate(BLOCKS):
    _BLOCK[_low, _high] = _BLOCK[_high, _low] = _number


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


def deal(a: Ids, b: Ids) -> list[tuple[Groups, Ids]]:
    """Blocks of positions, each with its groups; what stands in one block keeps its order."""
    blocks = _BLOCK[groups_of(a), groups_of(b)]
    dealt = [np.flatnonzero(blocks == number) for number in range(len(BLOCKS))]
    return [(frozenset(pair), some) for pair, some in zip(BLOCKS, dealt, strict=True) if len(some)]
