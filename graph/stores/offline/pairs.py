"""Which pairs there are: sorted runs, merged as they grow alike. Eight bytes a pair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]


class Pairs:
    def __init__(self) -> None:
        self._runs: list[Codes] = []

    def has(self, codes: Codes) -> NDArray[np.bool_]:
        found = np.zeros(len(codes), np.bool_)
        for run in self._runs:
            at = np.minimum(np.searchsorted(run, codes), len(run) - 1)
            found |= run[at] == codes
        return found

    def add(self, codes: Codes) -> None:
        """None of which is there."""
        if not len(codes):
            return
        run = np.sort(codes)
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")
        self._runs.append(run)

    def all(self) -> Codes:
        return np.concatenate(self._runs) if self._runs else np.empty(0, np.int64)


def code(a: NDArray[np.int64], b: NDArray[np.int64]) -> Codes:
    return (a << 32) | b
