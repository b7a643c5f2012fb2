"""The Bolt store: the port's domains over one connection, for Neo4j and the embedded server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Literal

from graph.model import EDGE
from graph.records import Ids, Props, Times
from graph.stores.bolt import exporting
from graph.stores.bolt.associations import Associations
from graph.stores.bolt.audit import Audit
from graph.stores.bolt.bulk import Bulk
from graph.stores.bolt.changes import Changes
from graph.stores.bolt.connection import Connection, Transaction
from graph.stores.bolt.dialects import Dialect
from graph.stores.bolt.dialects.arcade import Arcade
from graph.stores.bolt.dialects.neo4j import Neo4j
from graph.stores.bolt.erasing import Erasing
from graph.stores.bolt.findings import Findings
from graph.stores.bolt.importing import Imports
from graph.stores.bolt.newest import Newest
from graph.stores.bolt.objects import Objects
from graph.stores.bolt.outbox import Outbox
from graph.stores.bolt.posts import Posts
from graph.stores.bolt.scanning import scan_edges, scan_ends
from graph.stores.bolt.sequences import Sequences
from graph.stores.bolt.shares import Shares
from graph.stores.bolt.standing import Standing
from graph.stores.bolt.streaming import Streaming
from graph.stores.bolt.texts import text
from graph.stores.bolt.views import Views
from graph.stores.bolt.wanted import LOCKS
from graph.stores.bolt.whole import Whole
from graph.upkeep import Totals

WIPE_BATCH = 5_000


class BoltStore:
    """Each method is one of a domain's: objects, associations, changes and so on."""

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        database: str,
        *,
        dialect: Literal["neo4j", "embedded"],
        http_url: str | None = None,
        collector_log: Path | None = None,
        shard_from: int = 10_000,
        statement_timeout: float = 5.0,
        longest_read: float = 60.0,
        pool_size: int = 16,
    ) -> None:
        self._connection = connection = Connection(
            url,
            user,
            password,
            database,
            statement_timeout=statement_timeout,
            pool_size=pool_size,
        )
        self._dialect: Dialect = Neo4j(connection, (user, password))
        if dialect == "embedded":
            if http_url is None:
                raise ValueError("the embedded server needs its HTTP address too")
            auth = (user, password)
            self._dialect = Arcade(
                connection, http_url, auth, database, longest_read, collector_log
            )
        self.name = self._dialect.name
        self.capabilities = self._dialect.capabilities

        self._objects = objects = Objects(connection)
        self.people, self.counts, self.flags = objects.people, objects.counts, objects.flags
        self.find_people, self.find_external = objects.find_people, objects.find_external
        self.interests = objects.interests

        self._posts = posts = Posts(connection)
        self.posts, self.post_counts = posts.posts, posts.post_counts
        self.find_posts, self.shared, self.versions = posts.find_posts, posts.shared, posts.versions

        self._associations = lists = Associations(connection, self._dialect)
        self.neighbours, self.neighbours_page = lists.neighbours, lists.neighbours_page
        self.pairs, self.linked = lists.pairs, lists.linked
        self.posts_of = Newest(connection, lists.neighbours_page, shard_from).posts_of

        changes = Changes(connection, shard_from)
        self.change_pair, self.change_person = changes.change_pair, changes.change_person
        self.change_posts = changes.change_posts
        self.write = changes.write
        erasing, views = Erasing(connection), Views(connection, shard_from)
        self.erase_step, self.erase_post_step = erasing.erase_step, erasing.erase_post_step
        self.record_views, self.prune_views = views.record_views, views.prune_views

        self._sequences = sequences = Sequences(connection)
        self.take_ids, self.lease_node = sequences.take_ids, sequences.lease_node
        self.generation = sequences.generation
        self.raise_generation = sequences.raise_generation
        self.identity = sequences.identity

        outbox = Outbox(connection)
        self.take_events, self.drop_events = outbox.take_events, outbox.drop_events
        self.bury_event, self.dead_events = outbox.bury_event, outbox.dead_events
        self.replay_events, self.backlog = outbox.replay_events, outbox.backlog

        audit = Audit(connection)
        self.scan_people, self.true_counts = audit.scan_people, audit.true_counts
        self.repair_counts, self.doubled = audit.repair_counts, audit.doubled
        self.repair_doubled = audit.repair_doubled
        self.true_post_counts = audit.true_post_counts
        self.repair_post_counts = audit.repair_post_counts

        shares = Shares(connection)
        self.unkeyed_shares, self.key_shares = shares.unkeyed_shares, shares.key_shares

        bulk = Bulk(connection)
        self.load_people, self.load_edges = bulk.load_people, bulk.load_edges
        self.load_posts = bulk.load_posts
        self.external_ids = bulk.external_ids

        findings = Findings(connection)
        self.begin_result, self.stage_result = findings.begin_result, findings.stage_result
        self.publish_result = findings.publish_result
        self.restore_result, self.results = findings.restore_result, findings.results

        self._streaming = streaming = Streaming(connection, self._dialect, url, database)
        self.stream, self.plan = streaming.stream, streaming.plan

        imports = Imports(connection, sequences.take_import)
        self.begin_import, self.save_import = imports.begin_import, imports.save_import
        self.imports, self.forget_import = imports.imports, imports.forget_import
        self.find_nodes, self.created_by = imports.find_nodes, imports.created_by
        self.undo_part = imports.undo_part
        self.import_nodes, self.import_edges = imports.import_nodes, imports.import_edges

        standing = Standing(connection)
        self.standing_nodes, self.standing_edges = standing.standing_nodes, standing.standing_edges

        if isinstance(self._dialect, Arcade):
            whole = Whole(connection, self._dialect, sequences, imports)
            self.begin_whole, self.shut_whole = whole.begin_whole, whole.shut_whole
            self.post_whole, self.end_whole = whole.post_whole, whole.end_whole
            self.sweep_whole = whole.sweep_whole

    @property
    def trips(self) -> int:
        """Statements sent, ever."""
        return self._connection.trips

    @trips.setter
    def trips(self, value: int) -> None:
        self._connection.trips = value

    async def prune_history(self, edge: str, before: int, limit: int) -> int:
        return await self._dialect.prune(EDGE[edge], before, limit)

    def scan_nodes(
        self, kind: str, after: int = -1, last: int | None = None
    ) -> AsyncIterator[list[Props]]:
        return exporting.scan_nodes(self._connection, kind, after, last)

    def scan_links(self, edge: str) -> AsyncIterator[list[tuple[int, int, Props]]]:
        return exporting.scan_links(self._connection, edge)

    async def links_of(self, edge: str, id: int, direction: str) -> list[tuple[int, Props]]:
        return await exporting.links_of(self._connection, edge, id, direction)

    def scan_edges(self, edge: str) -> AsyncIterator[tuple[Ids, Ids, Times]]:
        return scan_edges(self._connection, edge)

    async def totals(self, edge: str) -> Totals:
        return await self._dialect.totals(EDGE[edge])

    def scan_ends(self, edge: str) -> AsyncIterator[tuple[Ids, Ids]]:
        return scan_ends(self._connection, edge)

    async def cypher(self, text: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        return await self._connection.peek(text, dict(params))

    async def open(self) -> None:
        await self._connection.open()
        try:
            await self.ping()
            await self._dialect.open()
        except BaseException:
            await self.close()
            raise

    async def ping(self) -> None:
        await self._connection.value(text("schema/ping"))

    async def shortcomings(self) -> list[str]:
        return await self._dialect.shortcomings()

    async def migrate(self) -> list[str]:
        done = await self._dialect.migrate()
        locks = await self._connection.value(text("schema/count_locks"))
        # Taken away while the graph is loaded in one piece.
        if locks != LOCKS and not any(one.whole for one in await self.imports()):
            await self._write("schema/locks", locks=LOCKS)
            done.append(f"{LOCKS} locks")
        await self._sequences.prepare()
        return done

    async def wipe(self) -> None:
        # Edges first: a node of a million edges would not fit into one transaction.
        for statement in ("schema/wipe_edges", "schema/wipe_nodes"):
            while await self._write(statement, limit=WIPE_BATCH) == WIPE_BATCH:
                pass
        # Nothing cached may outlive the graph.
        await self._sequences.raise_generation()

    async def close(self) -> None:
        await self._streaming.close()
        await self._objects.close()
        await self._posts.close()
        await self._associations.close()
        await self._dialect.close()
        await self._connection.close()

    async def _write(self, name: str, /, **params: Any) -> Any:
        async def work(transaction: Transaction[Any]) -> Any:
            return await transaction.value(text(name), **params)

        return await self._connection.transact(work, seconds=60.0)
