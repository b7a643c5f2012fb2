"""Steps of an import: each one transaction under its pairs' locks, written down in itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import numpy as np
import orjson

from graph.errors import BeingLoaded, Conflict, Unavailable
from graph.imports import EdgeStep, Import, NodeStep, Results, Undone
from graph.model import EDGE, NODE
from graph.stores.bolt.connection import Connection, Transaction
from graph.stores.bolt.importing_edges import remove_created, write_edges
from graph.stores.bolt.importing_nodes import remove_nodes, write_nodes
from graph.stores.bolt.keys import shortened
from graph.stores.bolt.parts import SPLIT, Written, pack, unpack
from graph.stores.bolt.texts import text

# Values in one look-up, and seconds that a step may take.
FOUND_AT_ONCE = 10_000
SECONDS = 120.0
# A step that live changes keep getting in the way of is halved, down to this.
SMALLEST = 50
ATTEMPTS = 4

Step = NodeStep | EdgeStep
Write = Callable[[Transaction[Any]], Awaitable[Written]]


class Imports:
    def __init__(self, connection: Connection, take_number: Callable[[], Awaitable[int]]) -> None:
        self._connection, self._take_number = connection, take_number

    # --- the import itself

    async def begin_import(self, name: str) -> Import:
        found = [one for one in await self.imports() if one.name == name]
        if found and found[0].whole:
            raise Conflict(
                f"The import {name} was begun in one piece and not ended: repeat it with --bulk, "
                f"or take it back with `amity load undo {name}`."
            )
        if found:
            return found[0]
        return read_import(
            await self._write("imports/begin", name=name, number=await self._take_number())
        )

    async def save_import(self, found: Import) -> None:
        state = orjson.dumps(dict(found.state)).decode()
        await self._write("imports/save", name=found.name, state=state)

    async def imports(self) -> list[Import]:
        rows = await self._connection.value(text("imports/all"))
        return sorted((read_import(row) for row in rows), key=lambda one: one.number)

    async def forget_import(self, number: int) -> None:
        await self._write("imports/forget", number=number)

    async def find_nodes(self, kind: str, key: str, values: Sequence[Any]) -> list[int | None]:
        statement = text("imports/find", label=kind, key=key)
        asked = [shortened(kind, {key: value})[key] for value in values]
        known: dict[Any, int] = {}
        for at in range(0, len(asked), FOUND_AT_ONCE):
            some = asked[at : at + FOUND_AT_ONCE]
            known.update(await self._connection.value(statement, values=some))
        return [known.get(value) for value in asked]

    # --- steps

    async def import_nodes(self, step: NodeStep) -> Results:
        kind = NODE[step.kind]

        async def write(transaction: Transaction[Any]) -> Written:
            return await write_nodes(transaction, kind, step)

        return await self._step(step, "node", step.kind, write)

    async def import_edges(self, step: EdgeStep) -> Results:
        edge = EDGE[step.edge]

        async def write(transaction: Transaction[Any]) -> Written:
            return await write_edges(transaction, edge, step)

        return await self._step(step, "edge", step.edge, write)

    async def _step(self, step: Step, kind: str, name: str, write: Write) -> Results:
        async def work(transaction: Transaction[Results]) -> Results:
            done = await transaction.value(text("imports/part"), key=step.key)
            if done is not None:
                transaction.wrote = False
                return unpack(done, np.uint8)
            written = await write(transaction)
            await transaction.value(
                text("imports/done"),
                key=step.key,
                batch=step.batch,
                kind=kind,
                name=name,
                results=pack(written.results),
                created=pack(written.created),
                count=len(written.created) // (2 if kind == "edge" else 1),
            )
            return written.results

        try:
            results = await self._connection.transact(work, seconds=SECONDS, attempts=ATTEMPTS)
        except BeingLoaded:
            raise
        except Unavailable:
            if isinstance(step, NodeStep) or len(step.a) <= SMALLEST:
                raise
            results = await self._mark_split(step, kind, name)
        if len(results) == 1 and results[0] == SPLIT and isinstance(step, EdgeStep):
            return await self._halves(step)
        return results

    async def _halves(self, step: EdgeStep) -> Results:
        # Even: two edges of one row, there and back, stand beside each other.
        middle = len(step.a) // 4 * 2
        first, second = step.part(0, middle), step.part(middle, len(step.a))
        return np.concatenate([await self.import_edges(first), await self.import_edges(second)])

    async def _mark_split(self, step: Step, kind: str, name: str) -> Results:
        """So that whoever comes again after a crash goes by the halves too. Answers what is
        written down of the step: somebody may have been here before."""
        marked = await self._write(
            "imports/mark_split",
            key=step.key,
            batch=step.batch,
            kind=kind,
            name=name,
            results=pack(np.array([SPLIT], np.uint8)),
            created=pack(np.empty(0, np.int64)),
        )
        return unpack(marked, np.uint8)

    # --- taking back

    async def created_by(self, number: int) -> Mapping[str, int]:
        rows = await self._connection.value(text("imports/created_by"), batch=number)
        return {name: count for name, count in rows if count}

    async def undo_part(self, number: int) -> Undone | None:
        async def work(transaction: Transaction[tuple[str, Undone] | None]) -> Any:
            if transaction.in_doubt is not None and await _is_gone(transaction):
                transaction.wrote = False
                return transaction.in_doubt
            part = await transaction.value(text("imports/next_part"), batch=number)
            if part is None:
                transaction.wrote = False
                return None
            key, kind, name, created = part
            ids = unpack(created, np.int64)
            if kind == "edge":
                undone = await remove_created(transaction, EDGE[name], number, ids)
            else:
                undone = await remove_nodes(transaction, name, ids)
            await transaction.value(text("imports/drop_part"), key=key)
            return key, undone

        done = await self._connection.transact(work, seconds=SECONDS)
        return None if done is None else done[1]

    async def _write(self, name: str, /, **params: Any) -> Any:
        async def work(transaction: Transaction[Any]) -> Any:
            return await transaction.value(text(name), **params)

        return await self._connection.transact(work)


async def _is_gone(transaction: Transaction[tuple[str, Undone] | None]) -> bool:
    """Whether the attempt whose commit got no answer has taken its part back."""
    assert transaction.in_doubt is not None
    key, _ = transaction.in_doubt
    return await transaction.value(text("imports/part"), key=key) is None


def read_import(row: Sequence[Any]) -> Import:
    return Import(row[0], row[1], orjson.loads(row[2]), bool(row[3]))
