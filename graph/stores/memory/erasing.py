"""What is gone is taken away a step at a time, with what it was counted in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graph.model import EDGE
from graph.store import Announce, Removed
from graph.stores.memory import changes, reads
from graph.stores.memory.state import State


class Erasing:
    def __init__(self, ask: Callable[[], State]) -> None:
        self._ask = ask

    async def erase_step(self, person: int, limit: int, announce: Announce) -> list[Removed]:
        state = self._ask()
        some = reads.edges_of(state, "User", person)[:limit]
        return _erase(state, some, "User", person, announce)

    async def erase_post_step(self, post: int, limit: int, announce: Announce) -> list[Removed]:
        state = self._ask()
        some = [ends for ends in reads.edges_of(state, "Post", post) if ends[2] == post]
        some = [ends for ends in some if EDGE[ends[0]].source == "User"][:limit]
        return _erase(state, some, "Post", post, announce)


def _erase(
    state: State, some: Sequence[tuple[str, int, int]], kind: str, id: int, announce: Announce
) -> list[Removed]:
    """These edges; without any, what is left of the node."""
    with state.transaction():
        removed = [changes.drop_edge(state, EDGE[edge], a, b) for edge, a, b in some]
        if removed:
            state.put_event(announce(removed))
        else:
            changes.forget(state, kind, id)
    return removed
