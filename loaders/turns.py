"""In which order rows that speak of the same thing are written. Pure."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loaders.keys import Keys

Rows = NDArray[np.int64]


def turns(keys: Keys) -> list[Rows]:
    """Positions, so that each key stands once in a turn, in the order of the rows."""
    seen: Counter[Any] = Counter()
    found: list[list[int]] = []
    for at, key in enumerate(keys):
        turn = seen[key]
        seen[key] += 1
        if turn == len(found):
            found.append([])
        found[turn].append(at)
    return [np.array(turn, np.int64) for turn in found]


def pair_turns(a: Rows, b: Rows, *, all_turns: bool) -> list[Rows]:
    """The same for pairs; all turns, or the first one alone."""
    if not len(a):
        return []
    order = np.lexsort((np.arange(len(a)), b, a))
    first = np.ones(len(a), np.bool_)
    first[1:] = (a[order][1:] != a[order][:-1]) | (b[order][1:] != b[order][:-1])
    if first.all():
        return [np.arange(len(a))]
    if not all_turns:
        return [np.sort(order[first])]
    starts = np.flatnonzero(first)
    turn = np.arange(len(a)) - np.repeat(starts, np.diff(np.append(starts, len(a))))
    return [np.sort(order[turn == number]) for number in range(int(turn.max()) + 1)]


def there_and_back(rows: Rows, a: Rows, b: Rows) -> tuple[Rows, Rows, Rows]:
    """Each row's two edges beside each other: of two rows that say the same the first counts. What
    leads to itself does so once."""
    rows, a, b = np.repeat(rows, 2), np.stack([a, b], 1).ravel(), np.stack([b, a], 1).ravel()
    once = (a != b) | (np.arange(len(a)) % 2 == 0)
    return rows[once], a[once], b[once]
