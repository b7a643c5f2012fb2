"""The memory store: the port's domains over one state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from graph.changes import Ops
from graph.deadline import remaining
from graph.errors import DeadlineExceeded, NotSupported
from graph.model import LIST
from graph.records import (
    Counts,
    Links,
    Pair,
    Person,
    Position,
    PostCard,
    Posted,
    Ties,
    Version,
)
from graph.store import (
    Capability,
    Decide,
    DecidePerson,
    DecidePosts,
)
from graph.stores.memory import changes, posts, reads
from graph.stores.memory.audit import Audit
from graph.stores.memory.bulk import Bulk
from graph.stores.memory.erasing import Erasing
from graph.stores.memory.findings import Findings
from graph.stores.memory.importing import Imports
from graph.stores.memory.outbox import Outbox
from graph.stores.memory.sequences import Sequences
from graph.stores.memory.state import State
from graph.stores.memory.views import Views
from graph.values import Plan, Rows

NO_CYPHER = "This store has no Cypher."


class MemoryStore:
    """Nothing in it waits, so whatever a method does is atomic within one event loop."""

    name = "memory"
    capabilities = frozenset({Capability.TRANSACTIONS})

    def __init__(self) -> None:
        self.trips = 0
        self._state = State()

        sequences, outbox = Sequences(self._ask), Outbox(self._ask)
        self.take_ids, self.lease_node = sequences.take_ids, sequences.lease_node
        self.generation = sequences.generation
        self.raise_generation = sequences.raise_generation
        self.identity = sequences.identity
        self.take_events, self.drop_events = outbox.take_events, outbox.drop_events
        self.bury_event, self.dead_events = outbox.bury_event, outbox.dead_events
        self.replay_events, self.backlog = outbox.replay_events, outbox.backlog

        erasing, views = Erasing(self._ask), Views(self._ask)
        self.erase_step, self.erase_post_step = erasing.erase_step, erasing.erase_post_step
        self.record_views, self.prune_views = views.record_views, views.prune_views

        audit = Audit(self._ask)
        self.scan_people, self.true_counts = audit.scan_people, audit.true_counts
        self.repair_counts, self.doubled = audit.repair_counts, audit.doubled
        self.repair_doubled = audit.repair_doubled
        self.true_post_counts = audit.true_post_counts
        self.repair_post_counts = audit.repair_post_counts
        self.unkeyed_shares, self.key_shares = audit.unkeyed_shares, audit.key_shares

        findings = Findings(self._ask)
        self.begin_result, self.stage_result = findings.begin_result, findings.stage_result
        self.publish_result = findings.publish_result
        self.restore_result, self.results = findings.restore_result, findings.results

        bulk = Bulk(self._ask)
        self.load_people, self.load_posts = bulk.load_people, bulk.load_posts
        self.load_edges, self.prune_history = bulk.load_edges, bulk.prune_history
        self.scan_edges, self.scan_ends = bulk.scan_edges, bulk.scan_ends
        self.totals, self.external_ids = bulk.totals, bulk.external_ids
        self.scan_nodes, self.scan_links = bulk.scan_nodes, bulk.scan_links
        self.links_of = bulk.links_of

        imports = Imports(self._ask)
        self.begin_import, self.save_import = imports.begin_import, imports.save_import
        self.imports, self.forget_import = imports.imports, imports.forget_import
        self.find_nodes, self.created_by = imports.find_nodes, imports.created_by
        self.undo_part = imports.undo_part
        self.import_nodes, self.import_edges = imports.import_nodes, imports.import_edges
        self.standing_nodes, self.standing_edges = imports.standing_nodes, imports.standing_edges

    def _ask(self) -> State:
        self.trips += 1
        if remaining(1.0) <= 0:
            raise DeadlineExceeded("the store did not answer in time")
        return self._state

    # --- objects

    async def people(self, ids: Sequence[int]) -> list[Person | None]:
        state = self._ask()
        return [reads.person(state, id) for id in ids]

    async def counts(self, ids: Sequence[int]) -> list[Counts]:
        state = self._ask()
        return [reads.counts(state, id) for id in ids]

    async def flags(self, first: int, size: int) -> bytes:
        state = self._ask()
        return bytes(int(reads.flags(state, id)) for id in range(first, first + size))

    async def find_people(self, key: str, values: Sequence[str]) -> list[int | None]:
        state = self._ask()
        return [state.taken.get(("User", key, value)) for value in values]

    async def find_external(self, external_id: str) -> list[int]:
        return [
            id
            for (kind, id), props in sorted(self._ask().nodes.items())
            if kind == "User" and props.get("externalId") == external_id and not props.get("gone")
        ]

    async def interests(self, person: int) -> list[str]:
        state = self._ask()
        tags = state.targets.get(("INTERESTED_IN", person), ())
        return sorted(state.nodes["Tag", tag]["name"] for tag in tags)

    # --- posts

    async def posts(self, ids: Sequence[int]) -> list[PostCard | None]:
        state = self._ask()
        return [posts.post(state, id) for id in ids]

    async def post_counts(self, ids: Sequence[int]) -> list[Counts]:
        state = self._ask()
        return [reads.counts(state, id, "Post") for id in ids]

    async def posts_of(
        self,
        authors: Sequence[int],
        limit: int,
        before: Position | None = None,
        after: Position | None = None,
    ) -> Posted:
        return posts.posts_of(self._ask(), authors, limit, before, after)

    async def find_posts(self, key: str, values: Sequence[str]) -> list[int | None]:
        state = self._ask()
        return [state.taken.get(("Post", key, value)) for value in values]

    async def shared(self, people: Sequence[int]) -> list[Links]:
        state = self._ask()
        return [posts.shared(state, owner) for owner in people]

    async def versions(self, post: int) -> list[Version]:
        return posts.versions(self._ask(), post)

    # --- associations

    async def neighbours(self, name: str, owners: Sequence[int]) -> list[Links]:
        state = self._ask()
        return [reads.links(reads.entries(state, LIST[name], owner)) for owner in owners]

    async def neighbours_page(
        self,
        name: str,
        owner: int,
        limit: int,
        after: Position | None = None,
        before: Position | None = None,
    ) -> Links:
        whole = reads.entries(self._ask(), LIST[name], owner)
        return reads.links(reads.page(whole, limit, after, before))

    async def pairs(self, viewer: int, others: Sequence[int]) -> list[Pair]:
        state = self._ask()
        return [reads.pair(state, viewer, other) for other in others]

    async def linked(self, edge: str, sources: Sequence[int], target: int) -> list[bool]:
        state = self._ask()
        return [(edge, source, target) in state.edges for source in sources]

    # --- changes

    async def change_pair(self, a: int, b: int, decide: Decide) -> tuple[Pair, Ops]:
        state = self._ask()
        pair = reads.pair(state, a, b)
        ops = decide(pair)
        with state.transaction():
            changes.apply(state, ops)
        state.versions[min(a, b), max(a, b)] = pair.version + 1
        return pair, ops

    async def change_person(self, person: int, decide: DecidePerson) -> tuple[Person | None, Ops]:
        state = self._ask()
        found = reads.person(state, person)
        ops = decide(found)
        with state.transaction():
            changes.apply(state, ops)
        return found, ops

    async def change_posts(
        self, person: int, ids: Sequence[int], decide: DecidePosts
    ) -> tuple[list[Ties], Ops]:
        state = self._ask()
        found = [posts.ties(state, person, id) for id in ids]
        ops = decide(reads.person(state, person), found)
        with state.transaction():
            changes.apply(state, ops)
        return found, ops

    async def write(self, ops: Ops) -> None:
        state = self._ask()
        with state.transaction():
            changes.apply(state, ops)

    # --- raw, and the store itself

    async def cypher(self, text: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        raise NotSupported(NO_CYPHER)

    def stream(
        self, text: str, params: Mapping[str, Any], seconds: float
    ) -> AbstractAsyncContextManager[Rows]:
        raise NotSupported(NO_CYPHER)

    async def plan(self, text: str, params: Mapping[str, Any]) -> Plan:
        raise NotSupported(NO_CYPHER)

    async def open(self) -> None:
        self._ask()

    async def migrate(self) -> list[str]:
        self._ask()
        return []

    async def ping(self) -> None:
        self._ask()

    async def shortcomings(self) -> list[str]:
        return []

    async def wipe(self) -> None:
        # Sequences go on: what was handed out or cached must not come again.
        old = self._ask()
        self._state = State(
            next_id=old.next_id,
            generation=old.generation,
            next_import=old.next_import,
            identity=old.identity,
        )

    async def close(self) -> None:
        return None
