"""What ought to be, counted anew from the edges, and repaired."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graph.model import EDGE, histories
from graph.records import Counts, Person
from graph.stores.memory import reads, shares
from graph.stores.memory.state import State
from graph.upkeep import Doubt


class Audit:
    def __init__(self, ask: Callable[[], State]) -> None:
        self._ask = ask

    async def scan_people(self, after: int, limit: int) -> list[Person]:
        state = self._ask()
        ids = sorted(id for kind, id in state.nodes if kind == "User" and id > after)
        return [found for id in ids[:limit] if (found := reads.person(state, id))]

    async def true_counts(self, ids: Sequence[int]) -> list[Counts]:
        state = self._ask()
        return [reads.true_counts(state, id) for id in ids]

    async def true_post_counts(self, ids: Sequence[int]) -> list[Counts]:
        state = self._ask()
        return [reads.true_counts(state, id, "Post") for id in ids]

    async def repair_post_counts(self, post: int) -> None:
        state = self._ask()
        for counter, value in reads.true_counts(state, post, "Post").items():
            state.put_count("Post", post, counter, value)

    async def repair_counts(self, person: int) -> None:
        state = self._ask()
        for counter, value in reads.true_counts(state, person).items():
            state.put_count("User", person, counter, value)

    async def doubled(self, ids: Sequence[int]) -> list[Doubt]:
        state = self._ask()
        wanted = set(ids)
        return [
            Doubt("doubled", EDGE[edge].source, a, edge, 1, len(rows), b)
            for (edge, a, b), rows in sorted(state.edges.items())
            if EDGE[edge].source == "User" and a in wanted and edge not in histories()
            if len(rows) > 1
        ]

    async def repair_doubled(self, doubt: Doubt) -> None:
        state = self._ask()
        rows = state.edges.get((doubt.name, doubt.id, doubt.other), ())
        time = EDGE[doubt.name].time
        oldest = sorted(rows, key=lambda row: row.get(time, 0))[:1]
        state.put_edges(doubt.name, doubt.id, doubt.other, tuple(oldest))

    async def unkeyed_shares(self, posts: Sequence[int]) -> list[int]:
        return sorted(shares.unkeyed(self._ask(), posts))

    async def key_shares(self, posts: Sequence[int]) -> None:
        shares.key_shares(self._ask(), posts)
