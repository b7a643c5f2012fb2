"""The embedded server, ArcadeDB: Cypher over Bolt, and SQL over HTTP for what Cypher lacks.

Its Cypher neither declares the types of properties (an index then keeps its keys as strings,
and ranges scan) nor pages by an index on relationships: both are SQL's work.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from graph.declaring import Edge
from graph.errors import Unavailable
from graph.model import EDGES, List
from graph.nodes import NODES
from graph.store import Capability
from graph.stores.bolt import failures
from graph.stores.bolt.connection import Connection
from graph.stores.bolt.dialects import Span, ends
from graph.stores.bolt.dialects.heap import Heap
from graph.stores.bolt.texts import text
from graph.stores.bolt.wanted import Index, wanted
from graph.upkeep import Totals

_TYPES = {
    "string": "STRING",
    "json": "STRING",
    "int": "LONG",
    "time": "LONG",
    "bool": "BOOLEAN",
    "strings": "LIST",
}
# Above every statement's own limit, so that ours speaks first; below it nothing runs for ever.
_SERVER_LIMIT = 2.0
_MIGRATION = 600.0
SWEPT_AT_ONCE = 20_000
READER = "reader"  # the group's name, and how the user's begins


class Arcade:
    name = "embedded"
    # It finds conflicts at commit: of two large writers one would do its work again.
    capabilities = frozenset(Capability) - {Capability.LANES}
    tells_reads = False

    def __init__(
        self,
        connection: Connection,
        http_url: str,
        auth: tuple[str, str],
        database: str,
        longest_read: float,
        collector_log: Path | None = None,
    ) -> None:
        self.heap = None if collector_log is None else Heap(collector_log)
        self._connection, self._database = connection, database
        self._url, self._auth = http_url, auth
        self._longest = max(connection.statement_timeout, longest_read)
        self._client: httpx.AsyncClient | None = None

    async def open(self) -> None:
        self._client = httpx.AsyncClient(
            base_url=self._url, auth=self._auth, timeout=None, trust_env=False
        )
        self._connection.stop = self._stop
        limit = round(self._longest * _SERVER_LIMIT * 1000)
        await self._sql(f"ALTER DATABASE `arcadedb.command.timeout` {limit}")

    async def close(self) -> None:
        self._connection.stop = None
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def migrate(self) -> list[str]:
        script, said = await self._missing()
        if script:
            await self._sql(";\n".join(script), language="sqlscript", limit=_MIGRATION)
        return said + await self._make_reader()

    async def shortcomings(self) -> list[str]:
        return []  # it is started with settings of ours

    async def page(
        self, list_: List, owner: int, span: Span, limit: int, *, oldest: bool
    ) -> list[tuple[int, int]]:
        edge, (mine, other) = list_.edge, ends(list_)
        order = "ASC" if oldest else "DESC"
        where, by = f"{edge.time} > :low AND {edge.time} < :high", f"{edge.time} {order}, "
        if span.tie is not None:
            where, by = f"{edge.time} = :tie AND {other} > :low AND {other} < :high", ""
        rows = await self._sql(
            f"SELECT {edge.time} AS at, {other} AS id FROM {edge.name} "
            f"WHERE {mine} = :owner AND {where} ORDER BY {by}{other} {order} LIMIT :limit",
            kind="query",
            params={"owner": owner, "limit": limit} | span._asdict(),
        )
        return [(row["at"], row["id"]) for row in rows]

    async def totals(self, edge: Edge) -> Totals:
        """Cypher would walk through them; SQL knows."""
        counts = [
            (await self._sql(f"SELECT count(*) AS n FROM {type_}", kind="query"))[0]["n"]
            for type_ in (edge.source, edge.target, edge.name)
        ]
        return Totals(*counts)

    async def prune(self, edge: Edge, before: int, limit: int) -> int:
        [row] = await self._sql(
            f"DELETE FROM {edge.name} WHERE {edge.time} < :old LIMIT :limit",
            params={"old": before, "limit": limit},
        )
        pruned: int = row["count"]
        return pruned

    async def _missing(self) -> tuple[list[str], list[str]]:
        types = await self._sql("SELECT name, indexes FROM schema:types")
        names = {row["name"] for row in types}
        indexes = {
            (row["name"], tuple(index["properties"])) for row in types for index in row["indexes"]
        }
        want = wanted()
        labels = [label for label in want.labels if label not in names]
        edges = [edge for edge in want.types if edge not in names]
        missing = [index for index in want.indexes if (index.on, index.properties) not in indexes]
        if not (labels or edges or missing):
            return [], []
        script = [f"CREATE VERTEX TYPE {label} IF NOT EXISTS" for label in labels]
        script += [f"CREATE EDGE TYPE {edge} IF NOT EXISTS" for edge in edges]
        script += [
            f"CREATE PROPERTY {on}.{name} IF NOT EXISTS {_TYPES[type_]}"
            for on, name, type_ in want.properties
        ]
        script += [_create(index) for index in missing]
        said = [f"label {label}" for label in labels] + [f"type {edge}" for edge in edges]
        return script, said + [f"index {index.name}" for index in missing]

    async def _sql(
        self,
        command: str,
        *,
        kind: str = "command",
        language: str = "sql",
        limit: float | None = None,
        params: dict[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        if self._client is None:
            raise Unavailable("The graph store is not open.")
        self._connection.trips += 1
        body = {"language": language, "command": command, "params": params or {}}
        async with self._connection.within(limit=limit):
            answer = await self._client.post(f"/api/v1/{kind}/{self._database}", json=body)
            if answer.status_code != httpx.codes.OK:
                raise _refused(answer)
            rows: list[dict[str, Any]] = answer.json()["result"]
            return rows

    # --- past all transactions

    async def post(self, lines: bytes) -> Mapping[str, str]:
        """Nodes and edges for the bulk endpoint, which commits as it goes."""
        if self._client is None:
            raise Unavailable("The graph store is not open.")
        self._connection.trips += 1
        async with self._connection.within(limit=_MIGRATION):
            answer = await self._client.post(
                f"/api/v1/batch/{self._database}?wal=true",
                content=lines,
                headers={"content-type": "application/x-ndjson"},
            )
            if answer.status_code != httpx.codes.OK:
                raise _refused(answer)
            told: dict[str, Any] = answer.json()
            if told.get("idMappingOmitted"):
                raise ValueError("more nodes in one request than the server tells the ids of")
            return told.get("idMapping") or {}

    async def sweep(self, batch: int) -> None:
        """All that this import created: edges first, also those that only one end knows of. At
        last what it wrote down of its steps, whose keys are the same when it is done again."""
        for kinds in (EDGES, NODES):
            for kind in kinds:
                await self._sweep(kind.name, "_batch", batch)
        await self._sweep("_Part", "import", batch)

    async def _sweep(self, name: str, mark: str, batch: int) -> None:
        count = SWEPT_AT_ONCE
        while count == SWEPT_AT_ONCE:
            [row] = await self._sql(
                f"DELETE FROM `{name}` WHERE `{mark}` = :number LIMIT :limit",
                params={"number": batch, "limit": SWEPT_AT_ONCE},
                limit=_MIGRATION,
            )
            count = row["count"]

    # --- who reads for analysts

    def reader(self) -> tuple[str, str]:
        """Named after its password: the server locks out who tries one that no longer holds."""
        key = hmac.digest(self._auth[1].encode(), f"{READER}/v1".encode(), hashlib.sha512).hex()
        return f"{READER}-{key[:8]}", key[64:]

    def marked(self, text: str, mark: str) -> str:
        return f"/* {mark} */ {text}"

    async def running(self, mark: str) -> list[str]:
        shown = await self._connection.command(text("schema/transactions"))
        return [
            row["transactionId"].replace("'", "")
            for row in shown
            if row["currentQuery"].startswith(f"/* {mark} */")
        ]

    async def _make_reader(self) -> list[str]:
        """A group that reads the public types and nothing else, and its one user."""
        names = [node.name for node in NODES] + [edge.name for edge in EDGES]
        group = {
            "database": self._database,
            "name": READER,
            "access": [],
            "types": {name: {"access": ["readRecord"]} for name in names},
            # A limit here would cut scans inside a query, and answers would be silently wrong.
            "resultSetLimit": -1,
            "readTimeout": -1,
        }
        await self._server("groups", group)
        name, password = self.reader()
        known = {row["name"] for row in await self._server("users")}
        for old in known - {name}:
            if old.startswith(f"{READER}-"):
                await self._server("", {"command": f"drop user {old}"})
        if name in known:
            return []
        user = {"name": name, "password": password, "databases": {self._database: [READER]}}
        await self._server("", {"command": f"create user {json.dumps(user)}"})
        return [f"user {name}"]

    async def _server(self, path: str, body: dict[str, Any] | None = None) -> Any:
        if self._client is None:
            raise Unavailable("The graph store is not open.")
        self._connection.trips += 1
        async with self._connection.within():
            method = "GET" if body is None else "POST"
            address = f"/api/v1/server/{path}".rstrip("/")
            answer = await self._client.request(method, address, json=body)
            if answer.status_code != httpx.codes.OK:
                raise _refused(answer)
            return answer.json()["result"]

    async def _stop(self, statement: str, waited: float) -> None:
        """End our own statement: closing the connection does not.

        Known by its text and its age, the only marks that the server shows of it.
        """
        try:
            for row in await self._connection.command(text("schema/transactions")):
                age = row["elapsedTime"].seconds + row["elapsedTime"].nanoseconds / 1e9
                if row["currentQuery"] == statement and waited * 0.9 <= age <= waited + 0.5:
                    id_ = row["transactionId"].replace("'", "")
                    await self._connection.command(f"TERMINATE TRANSACTIONS '{id_}'")
        except Unavailable:
            return  # A server that is gone runs nothing.


def _refused(answer: httpx.Response) -> Exception:
    """What the server says is for the log of whoever debugs, never for a caller."""
    detail = answer.text[:500]
    if "imeout" in detail:
        return TimeoutError(detail)
    if answer.status_code in (401, 403):
        return ConnectionRefusedError(detail)
    return failures.translated(
        httpx.HTTPStatusError(detail, request=answer.request, response=answer)
    )


def _create(index: Index) -> str:
    shape = "FULL_TEXT" if index.fulltext else "UNIQUE" if index.unique else "NOTUNIQUE"
    return f"CREATE INDEX IF NOT EXISTS ON {index.on} ({', '.join(index.properties)}) {shape}"
