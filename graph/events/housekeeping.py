"""What nobody waits for, and has to be done now and then: history that is old enough goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from graph.model import histories
from graph.store import Bulk

DAY_MS = 86_400_000
# Edges in one transaction: short enough that nobody waits for it.
PRUNED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Housekeeping:
    store: Bulk
    clock: Callable[[], int]  # epoch ms
    history_days: int

    async def __call__(self) -> int:
        """How many edges were pruned. Ended half-way, it goes on the next time."""
        before = self.clock() - self.history_days * DAY_MS
        return sum([await self._prune(edge, before) for edge in sorted(histories())])

    async def _prune(self, edge: str, before: int) -> int:
        pruned = 0
        while some := await self.store.prune_history(edge, before, PRUNED_AT_ONCE):
            pruned += some
            await asyncio.sleep(0)  # others have a turn, also on a store that never waits
        return pruned
