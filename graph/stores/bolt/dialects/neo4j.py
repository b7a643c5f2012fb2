"""Neo4j 5, Community included."""

from __future__ import annotations

from graph.declaring import Edge
from graph.model import List
from graph.store import Capability
from graph.stores.bolt.connection import Connection, Transaction
from graph.stores.bolt.dialects import Span, ends
from graph.stores.bolt.dialects.heap import Heap
from graph.stores.bolt.texts import text
from graph.stores.bolt.wanted import Index, wanted
from graph.upkeep import Totals

UNBOUNDED = (
    "one statement may take all the memory that transactions have: "
    "set db.memory.transaction.max, to a quarter of the heap or so"
)
UNSET = ("0", "0B")


class Neo4j:
    name = "neo4j"
    capabilities = frozenset(Capability) - {Capability.WHOLE}
    tells_reads = True
    heap: Heap | None = None  # it counts what a transaction holds, and ends it by itself

    def __init__(self, connection: Connection, auth: tuple[str, str]) -> None:
        self._connection, self._auth = connection, auth
        # It locks a node before it looks whether a SET changes anything.
        connection.lock_by = 0

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def migrate(self) -> list[str]:
        there = {row["name"] for row in await self._connection.command(text("schema/indexes"))}
        missing = [index for index in wanted().indexes if index.name not in there]
        for index in missing:
            await self._connection.command(_create(index))
        await self._connection.command(text("schema/await_indexes"))
        return [f"index {index.name}" for index in missing]

    async def shortcomings(self) -> list[str]:
        [found] = await self._connection.command(text("schema/transaction_memory"))
        return [UNBOUNDED] if found["value"] in UNSET else []

    async def page(
        self, list_: List, owner: int, span: Span, limit: int, *, oldest: bool
    ) -> list[tuple[int, int]]:
        mine, other = ends(list_)
        statement = text(
            "associations/page_tie" if span.tie is not None else "associations/page_span",
            edge=list_.edge.name,
            time=list_.edge.time,
            mine=mine,
            other=other,
            order="ASC" if oldest else "DESC",
        )
        entries = await self._connection.value(
            statement, owner=owner, low=span.low, high=span.high, tie=span.tie, limit=limit
        )
        return [(at, id) for at, id in entries]

    async def totals(self, edge: Edge) -> Totals:
        statement = text("bulk/totals", source=edge.source, target=edge.target, edge=edge.name)
        return Totals(*await self._connection.value(statement))

    async def prune(self, edge: Edge, before: int, limit: int) -> int:
        statement = text("changes/prune", edge=edge.name, time=edge.time)

        async def work(transaction: Transaction[int]) -> int:
            pruned: int = await transaction.value(statement, before=before, limit=limit)
            return pruned

        return await self._connection.transact(work)

    def reader(self) -> tuple[str, str]:
        return self._auth  # READ access refuses every write

    def marked(self, text: str, mark: str) -> str:
        return text  # the transaction's metadata carries it, and the plan stays cached

    async def running(self, mark: str) -> list[str]:
        shown = await self._connection.command(text("schema/transactions_marked"))
        return [row["transactionId"] for row in shown if row["metaData"].get("amity") == mark]


def _create(index: Index) -> str:
    pattern = f"()-[n:{index.on}]-()" if index.edge else f"(n:{index.on})"
    properties = ", ".join(f"n.{name}" for name in index.properties)
    shape = "fulltext" if index.fulltext else "unique" if index.unique else "range"
    return text(f"schema/create_{shape}", name=index.name, pattern=pattern, properties=properties)
