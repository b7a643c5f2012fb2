"""Ids for what is imported: they carry its time, and are nobody's yet."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from graph.ids import EPOCH_MS, LAST_SEQUENCE, LOADER_NODES, NodeNumber, compose
from graph.store import Store

# Two of one millisecond collide rarely; where so many do, the next ones are taken.
TRIES_A_MS = 3


class Stamps:
    """Unlike `ImportIds` it remembers nothing: the graph is asked which are taken.

    An import that was cut short and goes on meets its own ids of before.
    """

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store, self._clock = store, clock
        self._node = NodeNumber(store, LOADER_NODES)
        self._random = random.Random()

    async def many(self, kind: str, times: Sequence[int | None]) -> list[int]:
        """An id for each time, clamped to what an id can carry and to today."""
        now = self._clock()
        node = await self._node.at(now)
        wanted = [max(EPOCH_MS, min(now if time is None else time, now)) for time in times]
        found: list[int] = [0] * len(wanted)
        given: set[int] = set()
        left, tries = list(range(len(wanted))), 0
        while left:
            later = tries // TRIES_A_MS
            for at in left:
                sequence = self._random.randint(0, LAST_SEQUENCE)
                found[at] = compose(wanted[at] + later, node, sequence)
            taken = await self._store.find_nodes(kind, "id", [found[at] for at in left])
            again = []
            for at, there in zip(left, taken, strict=True):
                if there is not None or found[at] in given:
                    again.append(at)
                given.add(found[at])
            left, tries = again, tries + 1
        return found
