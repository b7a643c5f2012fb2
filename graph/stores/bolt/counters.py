"""Kept counters: a property of the node and, for the huge, shards besides. Pure.

A counter is moved on its node until it reaches `shard_from`; from then on on one of its shards,
chosen by whoever moves it, so that a celebrity's follows do not queue behind one property. Its
value is always the sum of both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from graph.lanes import BLOCKS, GROUPS, group_of, groups_of, scattered, scattered_all
from graph.model import NODE, counters
from graph.records import Counts, Ids
from graph.stores.bolt.wanted import SHARDS


def kept(counter: str) -> str:
    """The property that holds it."""
    return f"_{counter}"


def owner_key(kind: str, id: int, counter: str) -> str:
    return f"{NODE[kind].prefix}:{id}:{counter}"


def shard_key(kind: str, id: int, counter: str, by: int) -> str:
    return f"{owner_key(kind, id, counter)}:{scattered(by) % SHARDS}"


def shards_of(kind: str, id: int, counter: str) -> list[list[str]]:
    """Key and owner of each shard that there may be, always in the same order."""
    owner = owner_key(kind, id, counter)
    return [[f"{owner}:{number}", owner] for number in range(SHARDS)]


# Of the locks a sixteenth for each pair of groups, two where the groups differ: as many more pairs
# are there. Who writes in lanes (`graph.lanes`) so shares no lock with the other lane.
SECTIONS = 16
_MIXED = [pair for pair in BLOCKS if pair[0] != pair[1]]


def pair_lock(a: int, b: int, locks: int) -> int:
    """One number for an unordered pair."""
    low, high = min(a, b), max(a, b)
    mixed = scattered(scattered(low) ^ (high + 0x9E3779B97F4A7C15))
    first, second = sorted((group_of(a), group_of(b)))
    section = first if first == second else 4 + 2 * _MIXED.index((first, second)) + mixed % 2
    return section * (locks // SECTIONS) + (mixed >> 1) % (locks // SECTIONS)


_SECTION = np.zeros((GROUPS, GROUPS), np.uint64)
for _first, _second in BLOCKS:
    _of = _first if _first == _second else 4 + 2 * _MIXED.index((_first, _second))
    _SECTION[_first, _second] = _SECTION[_second, _first] = _of


def pair_locks(a: Ids, b: Ids, locks: int) -> list[int]:
    """Those of many pairs, each once, ascending."""
    low, high = np.minimum(a, b).astype(np.uint64), np.maximum(a, b).astype(np.uint64)
    mixed = scattered_all(scattered_all(low) ^ (high + np.uint64(0x9E3779B97F4A7C15)))
    first, second = groups_of(a), groups_of(b)
    section = _SECTION[first, second] + np.where(
        first == second, np.uint64(0), mixed & np.uint64(1)
    )
    each = np.uint64(locks // SECTIONS)
    found: list[int] = np.unique(section * each + (mixed >> np.uint64(1)) % each).tolist()
    return found


@dataclass(frozen=True, slots=True)
class Kept:
    """What a node says of its own counters."""

    values: Mapping[str, int]
    huge: frozenset[str]

    def place(self, counter: str, shard_from: int) -> Place:
        if counter in self.huge:
            return Place.SHARD
        return Place.CROSSING if self.values.get(counter, 0) >= shard_from else Place.NODE


class Place(StrEnum):
    """Where the next move of a counter is written."""

    NODE = "node"
    CROSSING = "crossing"  # on a shard, and the node is marked, this once
    SHARD = "shard"


# The node's list of counters that go on in shards.
HUGE = "_huge"


def columns(kind: str, variable: str) -> str:
    """A node's counters as one list, in the order that `kept_by` reads."""
    names = ", ".join(f"{variable}.{kept(name)}" for name in counters(kind))
    return f"[{variable}.{HUGE}, {names}]" if names else f"[{variable}.{HUGE}]"


def kept_by(kind: str, row: Sequence[Any]) -> Kept:
    values = {name: value or 0 for name, value in zip(counters(kind), row[1:], strict=True)}
    return Kept(values, frozenset(row[0] or ()))


def added_up(kind: str, row: Sequence[Any], shards: Sequence[tuple[str, int]]) -> Counts:
    total = dict(kept_by(kind, row).values)
    for name, value in shards:
        total[name] += value
    return total


def zeros(kind: str) -> Counts:
    return dict.fromkeys(counters(kind), 0)
