"""Many rows in few trips: each batch one transaction, under the locks of its pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from graph.declaring import Edge
from graph.errors import AmityError, Unavailable
from graph.model import EDGE, NODE
from graph.records import Props
from graph.stores.bolt.changes import taken
from graph.stores.bolt.compose import stored
from graph.stores.bolt.connection import Connection, Transaction
from graph.stores.bolt.counters import pair_lock
from graph.stores.bolt.keys import shortened
from graph.stores.bolt.locking import lock_all
from graph.stores.bolt.moves import move, moves_of
from graph.stores.bolt.texts import text
from graph.stores.bolt.wanted import LOCKS
from graph.upkeep import Loaded

Ends = tuple[int, int]

BATCH = 5_000
# A batch that live changes keep getting in the way of is halved, down to this.
SMALLEST = 50
ATTEMPTS = 4
SECONDS = 60.0


class Bulk:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def load_people(self, rows: Sequence[Mapping[str, Any]]) -> None:
        await self._nodes("User", rows)

    async def load_posts(self, rows: Sequence[Mapping[str, Any]]) -> None:
        await self._nodes("Post", rows)

    async def load_edges(self, edge: str, rows: Sequence[tuple[int, int, Props]]) -> Loaded:
        first: dict[Ends, Props] = {}
        for a, b, props in rows:
            first.setdefault((a, b), props)
        # By source: each source's list is read once, not once for each of its rows.
        ends = sorted(first)
        created: set[Ends] = set()
        unknown: set[Ends] = set()
        for start in range(0, len(ends), BATCH):
            batch = {key: first[key] for key in ends[start : start + BATCH]}
            await self._edges(EDGE[edge], batch, created, unknown)
        times = Counter((a, b) for a, b, _ in rows)
        not_there = sum(times[key] for key in unknown)
        return Loaded(len(created), len(rows) - len(created) - not_there, not_there)

    async def external_ids(self, kind: str, ids: Sequence[int]) -> list[str | None]:
        found: dict[int, str] = {}
        for start in range(0, len(ids), BATCH):
            some = list(ids[start : start + BATCH])
            found |= await self._connection.value(text("bulk/external", label=kind), ids=some)
        return [found.get(id) for id in ids]

    async def _nodes(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> None:
        for start in range(0, len(rows), BATCH):
            some = [shortened(kind, row) for row in rows[start : start + BATCH]]
            await self._batch(kind, some)

    async def _batch(self, kind: str, rows: list[dict[str, Any]]) -> None:
        doubled = _doubled_key(kind, rows)
        if doubled is not None:
            raise taken(doubled)

        async def work(transaction: Transaction[None]) -> None:
            await transaction.value(text("bulk/nodes", label=kind), rows=rows)

        async def held() -> AmityError | None:
            for name in _unique(kind):
                keys = [[row["id"], row[name]] for row in rows if row.get(name) is not None]
                statement = text("bulk/holders", label=kind, property=name)
                if await self._connection.value(statement, rows=keys) is not None:
                    return taken(name)
            return None

        await self._connection.transact(work, held, seconds=SECONDS)

    async def _edges(
        self, edge: Edge, batch: dict[Ends, Props], created: set[Ends], unknown: set[Ends]
    ) -> None:
        async def work(transaction: Transaction[tuple[set[Ends], set[Ends]]]) -> Any:
            made, missing = await _load(transaction, edge, batch)
            # What an attempt whose commit got no answer created stands now, and is ours.
            return made | (transaction.in_doubt[0] if transaction.in_doubt else set()), missing

        try:
            made, missing = await self._connection.transact(
                work, seconds=SECONDS, attempts=ATTEMPTS
            )
        except Unavailable:
            if len(batch) <= SMALLEST:
                raise
            keys = list(batch)
            for half in (keys[: len(keys) // 2], keys[len(keys) // 2 :]):
                await self._edges(edge, {key: batch[key] for key in half}, created, unknown)
            return
        created |= made
        unknown |= missing


def _unique(kind: str) -> list[str]:
    return [prop.name for prop in NODE[kind].properties if prop.unique]


def _doubled_key(kind: str, rows: list[dict[str, Any]]) -> str | None:
    """A key that two nodes of one batch want."""
    for name in _unique(kind):
        owners: dict[Any, int] = {}
        for row in rows:
            value = row.get(name)
            if value is not None and owners.setdefault(value, row["id"]) != row["id"]:
                return name
    return None


async def _load(
    transaction: Transaction[Any], edge: Edge, batch: dict[Ends, Props]
) -> tuple[set[Ends], set[Ends]]:
    """What was created, and what has an end that is not there."""
    locks = sorted({pair_lock(a, b, LOCKS) for a, b in batch})
    await lock_all(transaction, locks)
    standing = await _standing(transaction, edge, sorted({a for a, _ in batch}))
    targets = await _targets(transaction, edge, sorted({b for _, b in batch}))
    unknown = {(a, b) for a, b in batch if a not in standing or b not in targets}
    new = [key for key in batch if key not in unknown and key[1] not in standing[key[0]]]
    if new:
        mutual = await _create(transaction, edge, [(key, batch[key]) for key in new])
        await move(transaction, moves_of(edge, [(*key, batch[key]) for key in new], mutual, 1))
    return set(new), unknown


async def _standing(
    transaction: Transaction[Any], edge: Edge, sources: list[int]
) -> dict[int, set[int]]:
    """The sources that are there, each with whom it reaches."""
    other = "edge._to" if edge.carries_ends else "other.id"
    statement = text("bulk/sources", label=edge.source, edge=edge.name, other=other)
    return {id: set(ids) for id, ids in await transaction.value(statement, ids=sources)}


async def _targets(transaction: Transaction[Any], edge: Edge, targets: list[int]) -> set[int]:
    return set(await transaction.value(text("bulk/there", label=edge.target), ids=targets))


async def _create(
    transaction: Transaction[Any], edge: Edge, new: list[tuple[Ends, Props]]
) -> set[Ends]:
    """Answers those whose other direction stood already, or came with them."""
    statement = text(
        "bulk/create_mutual" if edge.mutual else "bulk/create",
        source=edge.source,
        target=edge.target,
        edge=edge.name,
    )
    rows = [[a, b, stored(edge.name, a, b, props)] for (a, b), props in new]
    found = await transaction.value(statement, rows=rows)
    if not edge.mutual:
        return set()
    made = {key for key, _ in new}
    return {(a, b) for a, b in found} | {(a, b) for a, b in made if (b, a) in made}
