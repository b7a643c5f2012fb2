"""The memory store: the port's methods over the state."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from itertools import islice
from typing import Any

import numpy as np

from graph.changes import Event, Ops
from graph.deadline import remaining
from graph.errors import DeadlineExceeded, NotSupported, Unavailable
from graph.imports import EdgeStep, Import, NodeStep, Results, Undone
from graph.model import EDGE, LIST, histories
from graph.records import (
    Counts,
    Ids,
    Links,
    Pair,
    Person,
    Position,
    PostCard,
    Posted,
    Props,
    Ties,
    Times,
    Version,
)
from graph.store import (
    Announce,
    AnnounceViews,
    Backlog,
    Capability,
    DeadEvent,
    Decide,
    DecidePerson,
    DecidePosts,
    Removed,
)
from graph.stores.memory import changes, findings, importing, posts, reads
from graph.stores.memory.state import State
from graph.upkeep import Doubt, Loaded, Published, Totals
from graph.values import Plan, Rows

SCAN_CHUNK = 10_000
NO_CYPHER = "This store has no Cypher."


class MemoryStore:
    """Nothing in it waits, so whatever a method does is atomic within one event loop."""

    name = "memory"
    capabilities = frozenset({Capability.TRANSACTIONS})

    def __init__(self) -> None:
        self.trips = 0
        self._state = State()
        self._findings: dict[tuple[str, str], findings.Finding] = {}

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

    async def erase_step(self, person: int, limit: int, announce: Announce) -> list[Removed]:
        state = self._ask()
        some = reads.edges_of(state, "User", person)[:limit]
        with state.transaction():
            removed = [changes.drop_edge(state, EDGE[edge], a, b) for edge, a, b in some]
            if removed:
                state.put_event(announce(removed))
            else:
                changes.forget(state, "User", person)
        return removed

    async def erase_post_step(self, post: int, limit: int, announce: Announce) -> list[Removed]:
        state = self._ask()
        some = [ends for ends in reads.edges_of(state, "Post", post) if ends[2] == post]
        some = [ends for ends in some if EDGE[ends[0]].source == "User"][:limit]
        with state.transaction():
            removed = [changes.drop_edge(state, EDGE[edge], a, b) for edge, a, b in some]
            if removed:
                state.put_event(announce(removed))
            else:
                changes.forget(state, "Post", post)
        return removed

    async def record_views(
        self, person: int, ids: Sequence[int], day: int, announce: AnnounceViews
    ) -> list[int]:
        state = self._ask()
        new = [
            id
            for id in dict.fromkeys(ids)
            if (person, id, day) not in state.views
            if ("Post", id) in state.nodes and not state.nodes["Post", id].get("gone")
        ]
        if new:
            with state.transaction():
                for id in new:
                    changes.move(state, "Post", id, "views", 1)
                state.put_event(announce(new))
            state.views |= {(person, id, day) for id in new}
        return new

    # --- sequences

    async def take_ids(self, count: int) -> int:
        state = self._ask()
        first = state.next_id
        state.next_id += count
        return first

    async def lease_node(self, first: int, last: int, holder: str, ttl_ms: int, now: int) -> int:
        leases = self._ask().leases
        numbers = range(first, last + 1)
        own = [n for n in numbers if n in leases and leases[n][0] == holder]
        free = [n for n in numbers if n not in leases or leases[n][1] <= now]
        if not own and not free:
            raise Unavailable("every node number is taken")
        number = (own or free)[0]
        leases[number] = (holder, now + ttl_ms)
        return number

    async def generation(self) -> int:
        return self._ask().generation

    async def raise_generation(self) -> int:
        state = self._ask()
        state.generation += 1
        return state.generation

    # --- outbox

    async def take_events(self, limit: int) -> list[Event]:
        return [event for _, event in sorted(self._ask().waiting.items())[:limit]]

    async def drop_events(self, ids: Sequence[int]) -> None:
        waiting = self._ask().waiting
        for id in ids:
            waiting.pop(id, None)

    async def bury_event(self, event: int, attempts: int, error: str) -> None:
        state = self._ask()
        if event in state.waiting:
            state.dead[event] = DeadEvent(state.waiting.pop(event), attempts, error)

    async def dead_events(self, limit: int) -> list[DeadEvent]:
        return [dead for _, dead in sorted(self._ask().dead.items())[:limit]]

    async def replay_events(self, ids: Sequence[int] | None) -> int:
        state = self._ask()
        chosen = [id for id in list(state.dead) if ids is None or id in ids]
        for id in chosen:
            state.waiting[id] = state.dead.pop(id).event
        return len(chosen)

    async def backlog(self) -> Backlog:
        state = self._ask()
        oldest = min((event.at for event in state.waiting.values()), default=None)
        return Backlog(len(state.waiting), oldest, len(state.dead))

    # --- audit

    async def scan_people(self, after: int, limit: int) -> list[Person]:
        state = self._ask()
        ids = sorted(id for kind, id in state.nodes if kind == "User" and id > after)
        return [found for id in ids[:limit] if (found := reads.person(state, id))]

    async def true_counts(self, ids: Sequence[int]) -> list[Counts]:
        state = self._ask()
        return [reads.true_counts(state, id) for id in ids]

    async def true_post_counts(self, ids: Sequence[int]) -> list[Counts]:
        state = self._ask()
        return [reads.true_counts(state, id, "Post") for id in ids]

    async def repair_post_counts(self, post: int) -> None:
        state = self._ask()
        for counter, value in reads.true_counts(state, post, "Post").items():
            state.put_count("Post", post, counter, value)

    async def repair_counts(self, person: int) -> None:
        state = self._ask()
        for counter, value in reads.true_counts(state, person).items():
            state.put_count("User", person, counter, value)

    async def doubled(self, ids: Sequence[int]) -> list[Doubt]:
        state = self._ask()
        wanted = set(ids)
        return [
            Doubt("doubled", EDGE[edge].source, a, edge, 1, len(rows), b)
            for (edge, a, b), rows in sorted(state.edges.items())
            if EDGE[edge].source == "User" and a in wanted and edge not in histories()
            if len(rows) > 1
        ]

    async def repair_doubled(self, doubt: Doubt) -> None:
        state = self._ask()
        rows = state.edges.get((doubt.name, doubt.id, doubt.other), ())
        time = EDGE[doubt.name].time
        oldest = sorted(rows, key=lambda row: row.get(time, 0))[:1]
        state.put_edges(doubt.name, doubt.id, doubt.other, tuple(oldest))

    # --- bulk

    async def load_people(self, rows: Sequence[Mapping[str, Any]]) -> None:
        changes.load(self._ask(), "User", rows)

    async def load_posts(self, rows: Sequence[Mapping[str, Any]]) -> None:
        changes.load(self._ask(), "Post", rows)

    async def load_edges(self, edge: str, rows: Sequence[tuple[int, int, Props]]) -> Loaded:
        state = self._ask()
        source, target = EDGE[edge].source, EDGE[edge].target
        created = same = unknown = 0
        for a, b, props in rows:
            if (source, a) not in state.nodes or (target, b) not in state.nodes:
                unknown += 1
            elif (edge, a, b) in state.edges:
                same += 1
            else:
                changes.add_edge(state, edge, a, b, props)
                changes.move_counters(state, EDGE[edge], a, b, props, 1)
                created += 1
        return Loaded(created, same, unknown)

    async def prune_history(self, edge: str, before: int, limit: int) -> int:
        return changes.prune(self._ask(), EDGE[edge], before, limit)

    async def prune_views(self, before: int, limit: int) -> int:
        views = self._ask().views
        old = [view for view in views if view[2] < before][:limit]
        views.difference_update(old)
        return len(old)

    async def scan_edges(self, edge: str) -> AsyncIterator[tuple[Ids, Ids, Times]]:
        time = EDGE[edge].time
        rows = (
            (a, b, row.get(time, 0))
            for (name, a, b), all_rows in sorted(self._ask().edges.items(), key=lambda i: i[0])
            if name == edge
            for row in all_rows
        )
        while chunk := list(islice(rows, SCAN_CHUNK)):
            sources, targets, times = np.array(chunk, np.int64).T
            yield sources, targets, times

    async def scan_ends(self, edge: str) -> AsyncIterator[tuple[Ids, Ids]]:
        async for sources, targets, _ in self.scan_edges(edge):
            yield sources, targets

    # --- what algorithms found

    async def begin_result(self, kind: str, name: str) -> int:
        return findings.begin(self._finding(kind, name))

    async def stage_result(
        self, kind: str, name: str, version: int, rows: Sequence[tuple[int, float | int]]
    ) -> None:
        findings.stage(self._finding(kind, name), version, rows)

    async def publish_result(self, kind: str, name: str, version: int, about: str) -> Published:
        found = self._finding(kind, name)
        return findings.publish(self._state, kind, name, found, version, about)

    async def restore_result(self, kind: str, name: str) -> Published:
        return findings.restore(self._state, kind, name, self._finding(kind, name))

    async def results(self, kind: str, name: str, ids: Sequence[int]) -> list[float | int | None]:
        nodes = self._ask().nodes
        return [nodes.get((kind, id), {}).get(name) for id in ids]

    def _finding(self, kind: str, name: str) -> findings.Finding:
        self._ask()
        return self._findings.setdefault((kind, name), findings.Finding())

    async def totals(self, edge: str) -> Totals:
        state = self._ask()
        kinds = [EDGE[edge].source, EDGE[edge].target]
        sources, targets = (sum(1 for kind, _ in state.nodes if kind == one) for one in kinds)
        edges = sum(len(rows) for (name, _, _), rows in state.edges.items() if name == edge)
        return Totals(sources, targets, edges)

    async def external_ids(self, kind: str, ids: Sequence[int]) -> list[str | None]:
        nodes = self._ask().nodes
        return [nodes.get((kind, id), {}).get("externalId") for id in ids]

    # --- imports

    async def begin_import(self, name: str) -> Import:
        state = self._ask()
        if name not in state.imports:
            state.imports[name] = Import(name, state.next_import)
            state.next_import += 1
        return state.imports[name]

    async def save_import(self, found: Import) -> None:
        self._ask().imports[found.name] = found

    async def imports(self) -> list[Import]:
        return sorted(self._ask().imports.values(), key=lambda one: one.number)

    async def forget_import(self, number: int) -> None:
        state = self._ask()
        state.imports = {n: one for n, one in state.imports.items() if one.number != number}

    async def find_nodes(self, kind: str, key: str, values: Sequence[Any]) -> list[int | None]:
        return importing.find_nodes(self._ask(), kind, key, values)

    async def import_nodes(self, step: NodeStep) -> Results:
        return importing.import_nodes(self._ask(), step)

    async def import_edges(self, step: EdgeStep) -> Results:
        return importing.import_edges(self._ask(), step)

    async def scan_nodes(
        self, kind: str, after: int = -1, last: int | None = None
    ) -> AsyncIterator[list[Props]]:
        nodes = sorted(
            (id, props) for (name, id), props in self._ask().nodes.items() if name == kind
        )
        some = [
            {"id": id, **props}
            for id, props in nodes
            if after < id and (last is None or id <= last)
        ]
        for at in range(0, len(some), SCAN_CHUNK):
            yield list(some[at : at + SCAN_CHUNK])

    async def scan_links(self, edge: str) -> AsyncIterator[list[tuple[int, int, Props]]]:
        found = [
            (a, b, row)
            for (name, a, b), rows in sorted(self._ask().edges.items(), key=lambda item: item[0])
            if name == edge
            for row in rows
        ]
        for at in range(0, len(found), SCAN_CHUNK):
            yield found[at : at + SCAN_CHUNK]

    async def links_of(self, edge: str, id: int, direction: str) -> list[tuple[int, Props]]:
        found = [
            (a, b, row) for (n, a, b), rs in self._ask().edges.items() if n == edge for row in rs
        ]
        if direction == "out":
            return sorted(((b, row) for a, b, row in found if a == id), key=lambda link: link[0])
        return sorted(((a, row) for a, b, row in found if b == id), key=lambda link: link[0])

    async def created_by(self, number: int) -> Mapping[str, int]:
        return importing.created_by(self._ask(), number)

    async def undo_part(self, number: int) -> Undone | None:
        return importing.undo_part(self._ask(), number)

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

    async def wipe(self) -> None:
        self._findings.clear()
        # Sequences go on: what was handed out or cached must not come again.
        old = self._ask()
        self._state = State(
            next_id=old.next_id, generation=old.generation, next_import=old.next_import
        )

    async def close(self) -> None:
        return None
