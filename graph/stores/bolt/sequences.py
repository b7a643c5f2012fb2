"""Ids, node numbers and the generation: each a number in the graph that only grows."""

from __future__ import annotations

import secrets

from graph.errors import Unavailable
from graph.stores.bolt.connection import Connection, Transaction
from graph.stores.bolt.texts import text

# Where each begins.
SEQUENCES = {"user": 1, "generation": 0, "leases": 0, "import": 1}


class Sequences:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def prepare(self) -> None:
        for name, first in SEQUENCES.items():
            await self._write("schema/sequence", name=name, first=first)

    async def take_ids(self, count: int) -> int:
        return await self._write("sequences/take", name="user", count=count)

    async def take_import(self) -> int:
        """The number of a new import."""
        return await self._write("sequences/take", name="import", count=1)

    async def generation(self) -> int:
        found: int = await self._connection.value(text("sequences/read"), name="generation")
        return found

    async def raise_generation(self) -> int:
        return 1 + await self._write("sequences/take", name="generation", count=1)

    async def identity(self) -> int:
        await self._write("schema/sequence", name="identity", first=secrets.randbits(48))
        found: int = await self._connection.value(text("sequences/read"), name="identity")
        return found

    async def lease_node(self, first: int, last: int, holder: str, ttl_ms: int, now: int) -> int:
        async def work(transaction: Transaction[int]) -> int:
            leases = await transaction.value(text("sequences/lock_leases"), first=first, last=last)
            node = _chosen(first, last, holder, now, leases)
            await transaction.value(
                text("sequences/lease"), node=node, holder=holder, until=now + ttl_ms
            )
            return node

        return await self._connection.transact(work)

    async def _write(self, name: str, /, **params: str | int) -> int:
        async def work(transaction: Transaction[int]) -> int:
            found: int = await transaction.value(text(name), **params)
            return found

        return await self._connection.transact(work)


def _chosen(
    first: int, last: int, holder: str, now: int, leases: list[tuple[int, str, int]]
) -> int:
    """The holder's own number, or the lowest that nobody living has."""
    own = [node for node, owner, _ in leases if owner == holder]
    if own:
        return min(own)
    living = {node for node, _, until in leases if until > now}
    free = next((node for node in range(first, last + 1) if node not in living), None)
    if free is None:
        raise Unavailable("Every node number is taken.")
    return free
