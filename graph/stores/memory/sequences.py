"""Numbers that are handed out once, and the generation of the caches."""

from __future__ import annotations

from collections.abc import Callable

from graph.errors import Unavailable
from graph.stores.memory.state import State


class Sequences:
    def __init__(self, ask: Callable[[], State]) -> None:
        self._ask = ask

    async def take_ids(self, count: int) -> int:
        state = self._ask()
        first = state.next_id
        state.next_id += count
        return first

    async def lease_node(self, first: int, last: int, holder: str, ttl_ms: int, now: int) -> int:
        leases = self._ask().leases
        numbers = range(first, last + 1)
        own = [n for n in numbers if n in leases and leases[n][0] == holder]
        free = [n for n in numbers if n not in leases or leases[n][1] <= now]
        if not own and not free:
            raise Unavailable("every node number is taken")
        number = (own or free)[0]
        leases[number] = (holder, now + ttl_ms)
        return number

    async def generation(self) -> int:
        return self._ask().generation

    async def identity(self) -> int:
        return self._ask().identity

    async def raise_generation(self) -> int:
        state = self._ask()
        state.generation += 1
        return state.generation
