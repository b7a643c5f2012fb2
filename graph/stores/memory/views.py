"""Who viewed which post on which day."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graph.store import AnnounceViews
from graph.stores.memory import changes
from graph.stores.memory.state import State


class Views:
    def __init__(self, ask: Callable[[], State]) -> None:
        self._ask = ask

    async def record_views(
        self, person: int, ids: Sequence[int], day: int, announce: AnnounceViews
    ) -> list[int]:
        state = self._ask()
        new = [
            id
            for id in dict.fromkeys(ids)
            if (person, id, day) not in state.views
            if ("Post", id) in state.nodes and not state.nodes["Post", id].get("gone")
        ]
        if new:
            with state.transaction():
                for id in new:
                    changes.move(state, "Post", id, "views", 1)
                state.put_event(announce(new))
            state.views |= {(person, id, day) for id in new}
        return new

    async def prune_views(self, before: int, limit: int) -> int:
        views = self._ask().views
        old = [view for view in views if view[2] < before][:limit]
        views.difference_update(old)
        return len(old)
