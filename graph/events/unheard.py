"""Imports that wrote, were killed, and have not gone on: what is kept of the graph is renewed.

A loader raises the generation every few seconds, and at its end. Whoever is killed between two
of these leaves lists behind that nobody would drop.
"""

from __future__ import annotations

from collections.abc import Callable

from graph.imports import HEARD
from graph.store import Store

# After so long without a checkpoint the loader may have died; after so long it has, or waits for
# a server that is away, and none of its steps is under way any more.
QUIET_MS = (15_000, 300_000)


class Unheard:
    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store, self._clock = store, clock
        self._covered: dict[int, tuple[int, int]] = {}  # by import: last heard of, how often done

    async def __call__(self) -> None:
        now = self._clock()
        found: dict[int, tuple[int, int]] = {}
        for one in await self._store.imports():
            heard = one.state.get(HEARD)
            if heard is not None:
                found[one.number] = heard, sum(now - heard >= quiet for quiet in QUIET_MS)
        if any(times > self._times(number, heard) for number, (heard, times) in found.items()):
            await self._store.raise_generation()
        self._covered = found

    def _times(self, number: int, heard: int) -> int:
        known, times = self._covered.get(number, (heard, 0))
        return times if known == heard else 0
