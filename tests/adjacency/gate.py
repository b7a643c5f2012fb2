"""A store whose answers can be held back: what was read stays old while the world goes on."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from graph.errors import Unavailable
from graph.stores.memory import MemoryStore


class Held:
    """One method, of which each answer waits once it has been read."""

    def __init__(self) -> None:
        self.read = asyncio.Event()
        self.release = asyncio.Event()


class Gate:
    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._held: dict[str, Held] = {}
        self.calls: Counter[str] = Counter()
        self.failing: set[str] = set()

    def hold(self, method: str) -> Held:
        self._held[method] = held = Held()
        return held

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        return self._gated(name, found) if asyncio.iscoroutinefunction(found) else found

    def _gated(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        async def gated(*args: Any, **kwargs: Any) -> Any:
            self.calls[name] += 1
            if name in self.failing:
                raise Unavailable("the store is away")
            answer = await method(*args, **kwargs)
            held = self._held.pop(name, None)
            if held is not None:
                held.read.set()
                await held.release.wait()
            return answer

        return gated
