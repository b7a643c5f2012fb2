"""Who viewed what today: counted once a person, post and day.

A mark is a node of ours whose key is unique, not an edge: a post that millions view stays a node
like any other, and marks are forgotten when their day is over.
"""

from __future__ import annotations

from collections.abc import Sequence

from graph.changes import Emit
from graph.store import AnnounceViews
from graph.stores.bolt.compose import compose
from graph.stores.bolt.connection import Connection, Transaction
from graph.stores.bolt.counters import Kept, Place, columns, kept, kept_by, owner_key, shard_key
from graph.stores.bolt.texts import text

Step = Transaction[list[int]]


class Views:
    def __init__(self, connection: Connection, shard_from: int) -> None:
        self._connection, self._shard_from = connection, shard_from

    async def record_views(
        self, person: int, ids: Sequence[int], day: int, announce: AnnounceViews
    ) -> list[int]:
        asked = [(id, f"{person}:{id}:{day}") for id in dict.fromkeys(ids)]

        async def work(step: Step) -> list[int]:
            statement = text("views/unseen", counters=columns("Post", "n"))
            found = dict(await step.value(statement, rows=asked))
            new = [row for row in asked if row[0] in found]
            if not new:
                step.wrote = False
                return step.in_doubt or []
            await step.value(text("views/mark"), rows=new, day=day)
            await self._count(step, person, {id: kept_by("Post", row) for id, row in found.items()})
            told = compose([Emit(announce([id for id, _ in new]))], {}, 0)
            assert told is not None
            await step.value(told.text, **told.params)
            return [id for id, _ in new]

        return await self._connection.transact(work)

    async def _count(self, step: Step, person: int, has: dict[int, Kept]) -> None:
        """On the node, or, for what many view, on a shard of the viewer's."""
        places = {id: one.place("views", self._shard_from) for id, one in sorted(has.items())}
        small = [id for id, place in places.items() if place is Place.NODE]
        crossing = [id for id, place in places.items() if place is Place.CROSSING]
        huge = [
            [shard_key("Post", id, "views", person), owner_key("Post", id, "views")]
            for id, place in places.items()
            if place is not Place.NODE
        ]
        if small:
            await step.value(text("views/count", property=kept("views")), ids=small)
        if crossing:
            await step.value(text("views/cross"), ids=crossing)
        if huge:
            await step.value(text("views/count_huge"), rows=huge)

    async def prune_views(self, before: int, limit: int) -> int:
        async def work(transaction: Transaction[int]) -> int:
            pruned: int = await transaction.value(text("views/prune"), before=before, limit=limit)
            return pruned

        return await self._connection.transact(work)
