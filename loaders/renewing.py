"""Whoever serves forgets what it kept, every few seconds while an import changes the graph."""

from __future__ import annotations

import time
from collections.abc import Callable

from graph.store import Store
from loaders.patience import patiently

EVERY_SECONDS = 5.0


class Renewing:
    def __init__(self, store: Store, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store, self._monotonic = store, monotonic
        self._last = monotonic()

    async def sometimes(self) -> bool:
        """Whether it was done."""
        due = self._monotonic() - self._last >= EVERY_SECONDS
        if due:
            await self.now()
        return due

    async def now(self) -> None:
        await patiently(self._store.raise_generation)
        self._last = self._monotonic()
