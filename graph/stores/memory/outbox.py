"""Events that wait, and those that were given up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graph.changes import Event
from graph.stores.memory.state import State
from graph.upkeep import Backlog, DeadEvent


class Outbox:
    def __init__(self, ask: Callable[[], State]) -> None:
        self._ask = ask

    async def take_events(self, limit: int) -> list[Event]:
        return [event for _, event in sorted(self._ask().waiting.items())[:limit]]

    async def drop_events(self, ids: Sequence[int]) -> None:
        waiting = self._ask().waiting
        for id in ids:
            waiting.pop(id, None)

    async def bury_event(self, event: int, attempts: int, error: str) -> None:
        state = self._ask()
        if event in state.waiting:
            state.dead[event] = DeadEvent(state.waiting.pop(event), attempts, error)

    async def dead_events(self, limit: int) -> list[DeadEvent]:
        return [dead for _, dead in sorted(self._ask().dead.items())[:limit]]

    async def replay_events(self, ids: Sequence[int] | None) -> int:
        state = self._ask()
        chosen = [id for id in list(state.dead) if ids is None or id in ids]
        for id in chosen:
            state.waiting[id] = state.dead.pop(id).event
        return len(chosen)

    async def backlog(self) -> Backlog:
        state = self._ask()
        oldest = min((event.at for event in state.waiting.values()), default=None)
        return Backlog(len(state.waiting), oldest, len(state.dead))
