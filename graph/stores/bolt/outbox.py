"""Committed changes that wait to be published. A node's existence is the queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from graph.changes import Event
from graph.stores.bolt.connection import Connection, Transaction
from graph.stores.bolt.texts import text
from graph.upkeep import Backlog, DeadEvent


class Outbox:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def take_events(self, limit: int) -> list[Event]:
        found = await self._connection.value(text("outbox/take"), limit=limit)
        # Whoever dropped an event in the moment it was read left a row of nothing.
        there = (_event(row) for row in found if row[0] is not None)
        return sorted(there, key=lambda event: event.id)

    async def drop_events(self, ids: Sequence[int]) -> None:
        if ids:
            await self._write("outbox/drop", ids=list(set(ids)))

    async def bury_event(self, event: int, attempts: int, error: str) -> None:
        await self._write("outbox/bury", id=event, attempts=attempts, error=error)

    async def dead_events(self, limit: int) -> list[DeadEvent]:
        found = await self._connection.value(text("outbox/dead"), limit=limit)
        return [DeadEvent(_event(row), row[4], row[5]) for row in found if row[0] is not None]

    async def replay_events(self, ids: Sequence[int] | None) -> int:
        if ids is None:
            ids = await self._connection.value(text("outbox/dead_ids"))
        if not ids:
            return 0
        replayed: int = await self._write("outbox/replay", ids=list(set(ids)))
        return replayed

    async def backlog(self) -> Backlog:
        waiting, oldest, dead = await self._connection.value(text("outbox/backlog"))
        return Backlog(waiting, oldest, dead)

    async def _write(self, name: str, /, **params: Any) -> Any:
        async def work(transaction: Transaction[Any]) -> Any:
            return await transaction.value(text(name), **params)

        return await self._connection.transact(work)


def _event(row: Sequence[Any]) -> Event:
    return Event(row[0], row[1], row[2], orjson.loads(row[3]))
