"""Mutual friends, friends of friends and suggestions, as array arithmetic. Pure.

Ids are int64 arrays. "Sorted" means ascending. Rules of visibility are applied by the caller,
before: what comes in is all that may be known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Ints = NDArray[np.int64]


def intersect(a: Ids, b: Ids) -> Ids:
    """Ids in both sorted sets, ascending.

    >>> intersect(np.array([1, 2, 5]), np.array([2, 5, 9])).tolist()
    [2, 5]
    """
    small, large = (a, b) if len(a) <= len(b) else (b, a)
    if len(small) == 0:
        return small
    at = large.searchsorted(small)
    at[at == len(large)] = 0
    found: Ids = small[large[at] == small]
    return found


def tally(lists: Sequence[Ids]) -> tuple[Ids, Ints]:
    """Every id in the lists with the number of lists that hold it, ids ascending.

    >>> [x.tolist() for x in tally([np.array([4, 2]), np.array([4])])]
    [[2, 4], [1, 2]]
    """
    if not lists:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    everyone = np.concatenate(lists)
    if len(everyone) == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    if worth_a_table(int(everyone.max()), len(everyone)):
        table = np.bincount(everyone)
        ids = np.flatnonzero(table)
        return ids.astype(np.int64, copy=False), table[ids].astype(np.int64, copy=False)
    ids, counts = np.unique(everyone, return_counts=True)
    return ids, counts.astype(np.int64)


def add_up(parts: Sequence[tuple[Ids, Ints]]) -> tuple[Ids, Ints]:
    """Several tallies as one, ids ascending.

    >>> one, two = np.array([1, 4]), np.array([2, 2])
    >>> [x.tolist() for x in add_up([(one, two), (np.array([4]), np.array([3]))])]
    [[1, 4], [2, 5]]
    """
    filled = [part for part in parts if len(part[0])]
    if not filled:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    if len(filled) == 1:
        return filled[0]
    top = max(int(ids[-1]) for ids, _ in filled)
    if worth_a_table(top, sum(len(ids) for ids, _ in filled)):
        table = np.zeros(top + 1, np.int64)
        for ids, counts in filled:
            table[ids] += counts
        found = np.flatnonzero(table)
        return found, table[found]
    ids, at = np.unique(np.concatenate([ids for ids, _ in filled]), return_inverse=True)
    sums = np.bincount(at, weights=np.concatenate([counts for _, counts in filled]))
    return ids, sums.astype(np.int64)


def worth_a_table(top: int, size: int) -> bool:
    """Counting in a table beats sorting until the table is far larger than what is counted."""
    return top < 64 * size + 65_536


def counted(ids: Ids, counts: Ints, wanted: Ids) -> Ints:
    """The counts of `wanted` in a tally, 0 where it is not there.

    >>> counted(np.array([2, 5]), np.array([7, 1]), np.array([5, 3])).tolist()
    [1, 0]
    """
    if len(ids) == 0:
        return np.zeros(len(wanted), np.int64)
    at = np.searchsorted(ids, wanted)
    at[at == len(ids)] = 0
    return np.where(ids[at] == wanted, counts[at], 0)


def most_first(ids: Ids, counts: Ints) -> NDArray[np.intp]:
    """Positions by descending count, ties by ascending id (`ids` ascending)."""
    return np.argsort(-counts, kind="stable")


def strongest(ids: Ids, counts: Ints, limit: int) -> Ids:
    """The `limit` ids of the highest counts, ties by id (`ids` ascending).

    >>> strongest(np.array([3, 5, 8, 9]), np.array([1, 4, 1, 2]), 3).tolist()
    [5, 9, 3]
    """
    if len(ids) > limit:
        # Sort only what can be among them: the whole is often a hundred times longer.
        least = np.partition(counts, len(counts) - limit)[len(counts) - limit]
        ids, counts = ids[counts >= least], counts[counts >= least]
    return ids[most_first(ids, counts)[:limit]]


def without(ids: Ids, counts: Ints, *gone: Ids) -> tuple[Ids, Ints]:
    """Drop ids (ascending) that stand in any of the (unsorted) arrays.

    >>> a, b = np.array([1, 2, 3]), np.array([7, 8, 9])
    >>> [x.tolist() for x in without(a, b, np.array([3, 2]), np.array([5]))]
    [[1], [7]]
    """
    if not gone or len(ids) == 0:
        return ids, counts
    keep = np.ones(len(ids), np.bool_)
    for some in gone:
        at = np.searchsorted(ids, some)
        at[at == len(ids)] = 0
        keep[at[ids[at] == some]] = False
    return ids[keep], counts[keep]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a suggestion's score is made of."""

    id: int
    mutual: int
    same_country: bool
    active_last_week: bool
    private: bool


@dataclass(frozen=True, slots=True)
class Part:
    code: str
    weight: int


@dataclass(frozen=True, slots=True)
class Scored:
    id: int
    score: int
    parts: tuple[Part, ...]


def score(candidate: Candidate) -> Scored | None:
    """The score of one suggestion, or None where it is not worth one.

    +5 a mutual friend, +3 same country, +2 active in the last 7 days, -10 private with no mutual
    friend, +3 private with two or more. Kept: score > 0, or private with a mutual friend.

    >>> score(Candidate(5, mutual=1, same_country=False, active_last_week=True, private=True)).score
    7
    """
    parts: list[Part] = []
    if candidate.mutual:
        parts.append(Part("MUTUAL_FRIENDS", 5 * candidate.mutual))
    if candidate.same_country:
        parts.append(Part("SAME_COUNTRY", 3))
    if candidate.active_last_week:
        parts.append(Part("ACTIVE", 2))
    if candidate.private and candidate.mutual == 0:
        parts.append(Part("PRIVATE_STRANGER", -10))
    if candidate.private and candidate.mutual >= 2:
        parts.append(Part("PRIVATE_KNOWN", 3))
    total = sum(part.weight for part in parts)
    if total > 0 or (candidate.private and candidate.mutual > 0):
        return Scored(candidate.id, total, tuple(parts))
    return None


def suggest(candidates: Sequence[Candidate], limit: int) -> list[Scored]:
    """The best suggestions, ties by id."""
    scored = [found for found in map(score, candidates) if found is not None]
    scored.sort(key=lambda one: (-one.score, one.id))
    return scored[:limit]
