"""What nobody waits for, and has to be done now and then: what is old enough goes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from graph.model import histories
from graph.upkeep import Bulk

DAY_MS = 86_400_000
# Edges in one transaction: short enough that nobody waits for it.
PRUNED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Housekeeping:
    store: Bulk
    clock: Callable[[], int]  # epoch ms
    history_days: int

    async def __call__(self) -> int:
        """How many edges of history were pruned. Ended half-way, it goes on the next time."""
        before = self.clock() - self.history_days * DAY_MS
        pruned = sum([await self._prune(edge, before) for edge in sorted(histories())])
        # Two days are kept: clocks of two processes may stand in two of them.
        yesterday = self.clock() // DAY_MS - 1
        await self._whole(partial(self.store.prune_views, yesterday))
        return pruned

    async def _prune(self, edge: str, before: int) -> int:
        return await self._whole(partial(self.store.prune_history, edge, before))

    async def _whole(self, step: Callable[[int], Awaitable[int]]) -> int:
        pruned = 0
        while some := await step(PRUNED_AT_ONCE):
            pruned += some
            await asyncio.sleep(0)  # others have a turn, also on a store that never waits
        return pruned
