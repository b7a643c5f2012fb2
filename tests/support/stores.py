"""Every store there is, opened and migrated once a session, emptied before each test."""

from __future__ import annotations

from contextlib import AsyncExitStack
from types import TracebackType

from graph.store import Store
from graph.stores.bolt import BoltStore
from graph.stores.memory import MemoryStore
from tests.support.servers import Servers

# Small, so that tests reach what happens to a celebrity's counters.
SHARD_FROM = 6
# A server that has just begun plans its first statements slowly, and others may be at work on this
# machine: the five seconds of production are no test's subject, save where it says so.
STATEMENT_SECONDS = 60.0
STORES = ("memory", "embedded", "neo4j")


class Stores:
    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._stack = AsyncExitStack()
        self._open: dict[str, Store] = {}

    async def __aenter__(self) -> Stores:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def empty(self, name: str) -> Store:
        if name not in self._open:
            store = self._make(name)
            self._stack.push_async_callback(store.close)
            await store.open()
            await store.migrate()
            self._open[name] = store
        store = self._open[name]
        await store.wipe()
        return store

    def _make(self, name: str) -> Store:
        match name:
            case "embedded":
                at = self._servers.embedded()
                return BoltStore(
                    at.bolt_url,
                    at.user,
                    at.password,
                    at.database,
                    dialect="embedded",
                    http_url=at.http_url,
                    collector_log=at.connection.graph_collector_log,
                    shard_from=SHARD_FROM,
                    statement_timeout=STATEMENT_SECONDS,
                )
            case "neo4j":
                there = self._servers.neo4j()
                return BoltStore(
                    there.url,
                    there.user,
                    there.password,
                    there.database,
                    dialect="neo4j",
                    shard_from=SHARD_FROM,
                    statement_timeout=STATEMENT_SECONDS,
                )
            case _:
                return MemoryStore()
