"""What the edges say, against what was kept; and how it is put right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph.declaring import Edge
from graph.model import EDGE, EDGES, List, counted, histories
from graph.records import Counts, Person
from graph.stores.bolt import rows
from graph.stores.bolt.connection import Connection, Transaction
from graph.stores.bolt.counters import kept, owner_key, shards_of
from graph.stores.bolt.texts import text
from graph.upkeep import Doubt

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
        return await self._true_counts("User", ids)

    async def true_post_counts(self, ids: Sequence[int]) -> list[Counts]:
        return await self._true_counts("Post", ids)

    async def repair_counts(self, person: int) -> None:
        await self._repair_counts("User", person)

    async def repair_post_counts(self, post: int) -> None:
        await self._repair_counts("Post", post)

    async def _true_counts(self, kind: str, ids: Sequence[int]) -> list[Counts]:
        names = list(counted(kind))
        found = dict(await self._connection.value(_truth(kind, names), ids=list(ids)))
        nothing = dict.fromkeys(names, 0)
        return [
            dict(zip(names, found[id], strict=True)) if id in found else dict(nothing) for id in ids
        ]

    async def _repair_counts(self, kind: str, id: int) -> None:
        names = list(counted(kind))

        async def work(transaction: Transaction[None]) -> None:
            await lock_counters(transaction, kind, [id], names)
            await _set_counters(transaction, kind, [id], names)

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


def _truth(kind: str, names: Sequence[str]) -> str:
    """One statement for all that edges account for, from the registry."""
    lists = counted(kind)
    counts = [_count(name, lists[name]) for name in names]
    return text("audit/true_counts", label=kind, counts=", ".join(counts))


def _count(counter: str, lst: List) -> str:
    split = lst.side.split
    if split is None:
        return text(f"audit/count_{lst.direction}", edge=lst.edge.name)
    value = next(value for value, name in split.counters if name == counter)
    return text("audit/count_split", edge=lst.edge.name, property=split.property, value=str(value))


async def lock_counters(
    transaction: Transaction[Any], kind: str, ids: Sequence[int], names: Sequence[str]
) -> None:
    """Of these nodes, which ascend: nobody moves them from here on, on whichever shard.

    The embedded server counts what a transaction saw of a list when it first wrote to it: whoever
    is to count writes to none before this.
    """
    found = await transaction.value(text("audit/lock_counters", label=kind), ids=list(ids))
    shards = [
        row
        for id, huge in found or ()
        for name in names
        if name in huge
        for row in shards_of(kind, id, name)
    ]
    if shards:
        await transaction.value(text("audit/lock_shards"), shards=shards)


async def lock_split(transaction: Transaction[Any], edge: Edge, targets: Sequence[int]) -> None:
    """What `recount` is going to set."""
    assert edge.into is not None
    await lock_counters(transaction, edge.target, targets, edge.into.counters)


async def recount(transaction: Transaction[Any], edge: Edge, targets: Sequence[int]) -> None:
    """Set what this edge accounts for at its targets to what stands."""
    assert edge.into is not None
    await _set_counters(transaction, edge.target, targets, edge.into.counters)


async def _set_counters(
    transaction: Transaction[Any], kind: str, ids: Sequence[int], names: Sequence[str]
) -> None:
    truth = [
        [id, {kept(name): value for name, value in zip(names, values, strict=True)}]
        for id, values in await transaction.value(_truth(kind, names), ids=list(ids)) or ()
    ]
    if truth:
        await transaction.value(text("audit/set_counters", label=kind), rows=truth)
        owners = [owner_key(kind, id, name) for id, _ in truth for name in names]
        await transaction.value(text("audit/empty_shards"), owners=owners)
