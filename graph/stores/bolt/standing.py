"""What nodes and edges say that an import would change: for whoever asks beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph.model import EDGE
from graph.records import Ids
from graph.stores.bolt.connection import Connection
from graph.stores.bolt.texts import text
from graph.stores.bolt.walks import finding

# Rows of one look-up.
AT_ONCE = 5_000


class Standing:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def standing_nodes(
        self, kind: str, ids: Sequence[int], names: Sequence[str]
    ) -> Mapping[int, Sequence[Any]]:
        given = ", ".join(f"n.{name}" for name in names)
        statement = text("imports/standing", label=kind, key="id", given=given)
        found: dict[int, Sequence[Any]] = {}
        for at in range(0, len(ids), AT_ONCE):
            rows = await self._connection.value(statement, keys=list(ids[at : at + AT_ONCE]))
            found.update({id: kept for _, id, _, kept in rows or ()})
        return found

    async def standing_edges(
        self, edge: str, a: Ids, b: Ids, names: Sequence[str]
    ) -> Mapping[int, Sequence[Any]]:
        statement = text(
            "imports/standing_edges",
            finding=finding(EDGE[edge]),
            given=", ".join(f"edge.{name}" for name in names),
        )
        found: dict[int, Sequence[Any]] = {}
        for at in range(0, len(a), AT_ONCE):
            some = slice(at, at + AT_ONCE)
            places = range(at, at + len(a[some]))
            rows = list(zip(a[some].tolist(), b[some].tolist(), places, strict=True))
            found.update(dict(await self._connection.value(statement, rows=rows) or ()))
        return found
