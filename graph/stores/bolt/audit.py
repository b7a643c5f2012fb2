"""What the edges say, against what was kept; and how it is put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph.model import EDGE, EDGES, LIST, counters, histories
from graph.records import Counts, Person
from graph.store import Doubt
from graph.stores.bolt import rows
from graph.stores.bolt.connection import Connection, Transaction
from graph.stores.bolt.counters import kept, shards_of, zeros
from graph.stores.bolt.texts import text

# From one person: edges that may stand once only.
SINGLE = "|".join(
    edge.name for edge in EDGES if edge.source == "User" and edge.name not in histories()
)


class Audit:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def scan_people(self, after: int, limit: int) -> list[Person]:
        """By windows of ids, which are dense: only so every server reads no more than a page."""
        statement = text("audit/scan_people", person=rows.person_columns("n"))
        found: list[Person] = []
        window, last = limit, None
        while len(found) < limit and (last is None or after < last):
            people = await self._connection.value(
                statement, after=after, last=after + window, limit=limit - len(found)
            )
            found += [rows.person(row) for row in people]
            if len(found) < limit:
                after, window = after + window, window * 4
                last = last or await self._last(after)
        return found

    async def _last(self, after: int) -> int:
        return await self._connection.value(text("audit/last_person"), after=after) or 0

    async def true_counts(self, ids: Sequence[int]) -> list[Counts]:
        found = dict(await self._connection.value(_truth(), ids=list(ids)))
        names = counters("User")
        return [
            dict(zip(names, found[id], strict=True)) if id in found else zeros("User") for id in ids
        ]

    async def repair_counts(self, person: int) -> None:
        async def work(transaction: Transaction[None]) -> None:
            huge = await transaction.value(text("audit/lock_counters"), person=person)
            shards = [row for name in huge or () for row in shards_of("User", person, name)]
            if shards:
                await transaction.value(text("audit/lock_shards"), shards=shards)
            found = await transaction.value(_truth(), ids=[person])
            for _, values in found:
                truth = {
                    kept(name): value for name, value in zip(counters("User"), values, strict=True)
                }
                await transaction.value(text("audit/set_counters"), person=person, kept=truth)

        await self._connection.transact(work)

    async def doubled(self, ids: Sequence[int]) -> list[Doubt]:
        found = await self._connection.value(text("audit/doubled", types=SINGLE), ids=list(ids))
        doubts = [
            Doubt("doubled", "User", source, edge, 1, times, target)
            for source, edge, target, times in found
        ]
        return sorted(doubts, key=lambda doubt: (doubt.name, doubt.id, doubt.other))

    async def repair_doubled(self, doubt: Doubt) -> None:
        edge = EDGE[doubt.name]
        statement = text("audit/repair_doubled", edge=edge.name, target=edge.target, time=edge.time)

        async def work(transaction: Transaction[None]) -> None:
            await transaction.value(statement, source=doubt.id, target=doubt.other)

        await self._connection.transact(work)


def _truth() -> str:
    """One statement for all counters of a person, from the registry."""
    by_counter: Mapping[str, Any] = {
        lst.side.counter: lst for lst in LIST.values() if lst.owner == "User" and lst.side.counter
    }
    counted = [
        text(f"audit/count_{lst.direction}", edge=lst.edge.name) for lst in by_counter.values()
    ]
    return text("audit/true_counts", label="User", counts=", ".join(counted))
