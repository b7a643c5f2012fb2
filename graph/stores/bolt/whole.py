"""An empty graph filled in one piece, past all transactions: nobody changes it meanwhile.

The locks are taken away as long as that lasts: whoever changes a pair needs one, fails at commit
if the lock went in between, and is told why. A process that is killed leaves the mark on its
import and no locks; whoever comes for the import again sweeps away what it left.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from graph.errors import Conflict
from graph.imports import Import
from graph.nodes import NODES
from graph.stores.bolt.connection import Connection, Transaction
from graph.stores.bolt.dialects.arcade import Arcade
from graph.stores.bolt.importing import Imports, read_import
from graph.stores.bolt.sequences import Sequences
from graph.stores.bolt.texts import text
from graph.stores.bolt.wanted import LOCKS

SECONDS = 60.0


class Whole:
    def __init__(
        self, connection: Connection, dialect: Arcade, sequences: Sequences, imports: Imports
    ) -> None:
        self._connection, self._dialect = connection, dialect
        self._sequences, self._imports = sequences, imports

    async def begin_whole(self, name: str) -> Import:
        """Begun and cut short before, it is swept away and begins again. One that is done is
        answered as it is."""
        imports = await self._imports.imports()
        others = [one.name for one in imports if one.whole and one.name != name]
        if others:
            raise Conflict(f"The import {others[0]} is loading this graph in one piece.")
        there = next((one for one in imports if one.name == name), None)
        if there is not None:
            if there.whole:
                await self.sweep_whole(there)
            return there
        await self._assert_empty()
        number = await self._sequences.take_import()
        return read_import(await self._write("whole/begin", name=name, number=number))

    async def shut_whole(self) -> None:
        """From here on nobody changes a pair; the graph is still empty."""
        await self._write("whole/shut")
        try:
            await self._assert_empty()
        except Conflict:
            await self._write("schema/locks", locks=LOCKS)
            raise

    async def post_whole(self, lines: bytes) -> Mapping[str, str]:
        """Nodes and edges as the server's own lines; its record ids of nodes by their marks."""
        return await self._dialect.post(lines)

    async def end_whole(self, found: Import) -> None:
        """The mark goes with the locks' return: nobody's change is ever swept away."""
        state = orjson.dumps(dict(found.state)).decode()

        async def work(transaction: Transaction[None]) -> None:
            await transaction.value(text("schema/locks"), locks=LOCKS)
            await transaction.value(text("whole/end"), name=found.name, state=state)

        await self._connection.transact(work, seconds=SECONDS)

    async def sweep_whole(self, found: Import) -> None:
        """Whatever it wrote, and in whatever state that is; changes are possible again."""
        await self._dialect.sweep(found.number)
        await self._write("schema/locks", locks=LOCKS)

    async def _assert_empty(self) -> None:
        for node in NODES:
            if await self._connection.value(text("whole/any", label=node.name)) is not None:
                raise Conflict(
                    f"The graph has nodes already ({node.name}): in one piece only an empty graph "
                    "is loaded. Load without --bulk instead."
                )

    async def _write(self, name: str, /, **params: Any) -> Any:
        async def work(transaction: Transaction[Any]) -> Any:
            return await transaction.value(text(name), **params)

        return await self._connection.transact(work, seconds=SECONDS)
