"""The rest of the port: what whoever keeps a graph asks of a store, and no request of the API does.

Audits and repairs, loads and scans of everything, imports, what algorithms found, and the outbox.
Errors and deadlines are as in `store.py`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from graph.changes import Event
from graph.imports import EdgeStep, Import, NodeStep, Results, Undone
from graph.records import Counts, Ids, Person, Props, Times


class Doubt(NamedTuple):
    """One counter that differs from its edges, or one edge that stands twice."""

    check: str  # counter | doubled
    kind: str
    id: int
    name: str  # the counter, or the edge
    kept: int
    actual: int
    other: int = 0  # where a doubled edge leads to


class Audit(Protocol):
    async def scan_people(self, after: int, limit: int) -> list[Person]:
        """In order of id, from the next id after `after`."""
        ...

    async def true_counts(self, ids: Sequence[int]) -> list[Counts]:
        """Counted anew from the edges."""
        ...

    async def true_post_counts(self, ids: Sequence[int]) -> list[Counts]:
        """The same of posts; without `views`, for which no edge stands."""
        ...

    async def repair_post_counts(self, post: int) -> None: ...

    async def repair_counts(self, person: int) -> None:
        """Set the kept counters to what the edges say, in one transaction."""
        ...

    async def doubled(self, ids: Sequence[int]) -> list[Doubt]:
        """Edges leaving these people that stand more than once."""
        ...

    async def repair_doubled(self, doubt: Doubt) -> None:
        """Leave the oldest of the doubled edges; counters are repaired apart."""
        ...

    async def unkeyed_shares(self, posts: Sequence[int]) -> list[int]:
        """Those of these posts whose `shareKey` is not that of what they share, and whose."""
        ...

    async def key_shares(self, posts: Sequence[int]) -> None:
        """Give these the keys that they should have; of several of the same share, one has it."""
        ...


@dataclass(frozen=True, slots=True)
class Loaded:
    created: int
    same: int
    unknown: int  # rows with an end that is not there


class Totals(NamedTuple):
    """Of one type of edge: nodes of its source's and target's kinds, and edges."""

    sources: int
    targets: int
    edges: int


class Bulk(Protocol):
    """Many rows in few trips. Nobody is told, no event is written; the caller invalidates."""

    async def load_people(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """New people: registry properties and `id`. Existing ids are overwritten."""
        ...

    async def load_posts(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """The same of posts; who wrote them, and where they lead, are edges."""
        ...

    async def load_edges(self, edge: str, rows: Sequence[tuple[int, int, Props]]) -> Loaded:
        """Edges between nodes that are there, each pair once, counters included."""
        ...

    async def prune_history(self, edge: str, before: int, limit: int) -> int:
        """Remove up to `limit` history edges that ended before this; how many.

        They are neither counted nor cached. Finding them costs what is removed, not what stays.
        """
        ...

    async def prune_views(self, before: int, limit: int) -> int:
        """Forget up to `limit` marks of who viewed what before this day; counts stay."""
        ...

    def scan_edges(self, edge: str) -> AsyncIterator[tuple[Ids, Ids, Times]]:
        """Every edge of a type in chunks: sources, targets, times."""
        ...

    def scan_ends(self, edge: str) -> AsyncIterator[tuple[Ids, Ids]]:
        """The same without times, for a fraction of the cost: what snapshots are made of."""
        ...

    async def totals(self, edge: str) -> Totals:
        """How many there are, asked of what the server keeps: at once, whatever the size."""
        ...

    async def external_ids(self, kind: str, ids: Sequence[int]) -> list[str | None]:
        """In order: as whom the import knew nodes of this kind."""
        ...


class Imports(Protocol):
    """What an import writes, exactly once: a step's key is kept in its own transaction.

    A step that was done before is not done again, and answers what it answered then. What it
    creates carries the import's number, and is written down so that it can be taken back.
    """

    async def begin_import(self, name: str) -> Import:
        """The one of this name, or a new one."""
        ...

    async def save_import(self, found: Import) -> None: ...

    async def imports(self) -> list[Import]: ...

    async def find_nodes(self, kind: str, key: str, values: Sequence[Any]) -> list[int | None]:
        """Ids by a unique property, or by `id` itself; None where there is no such node."""
        ...

    async def standing_nodes(
        self, kind: str, ids: Sequence[int], names: Sequence[str]
    ) -> Mapping[int, Sequence[Any]]:
        """Of those that are there, these properties, in order, by id."""
        ...

    async def standing_edges(
        self, edge: str, a: Ids, b: Ids, names: Sequence[str]
    ) -> Mapping[int, Sequence[Any]]:
        """Of those that stand, these properties, in order, by the place of their ends."""
        ...

    async def import_nodes(self, step: NodeStep) -> Results: ...

    async def import_edges(self, step: EdgeStep) -> Results: ...

    def scan_nodes(
        self, kind: str, after: int = -1, last: int | None = None
    ) -> AsyncIterator[list[Props]]:
        """Every node of a kind in chunks, in order of id, with all that it says."""
        ...

    def scan_links(self, edge: str) -> AsyncIterator[list[tuple[int, int, Props]]]:
        """Every edge of a type in chunks, with all that it says."""
        ...

    async def links_of(self, edge: str, id: int, direction: str) -> list[tuple[int, Props]]:
        """One node's edges of a type, `out` or `in`, with their other ends."""
        ...

    async def created_by(self, number: int) -> Mapping[str, int]:
        """How many nodes and edges of each kind an import created, its steps added up."""
        ...

    async def undo_part(self, number: int) -> Undone | None:
        """Take back one step of an import, the last first; None when nothing is left of it."""
        ...

    async def forget_import(self, number: int) -> None:
        """The import itself, once nothing is left of it."""
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """What stands now: None where nothing does; and on how many nodes."""

    version: int | None
    nodes: int
    about: str | None


class Findings(Protocol):
    """What algorithms found, as a property of nodes: staged in batches, published all at once."""

    async def begin_result(self, kind: str, name: str) -> int:
        """A new version to stage. What was staged and never published goes."""
        ...

    async def stage_result(
        self, kind: str, name: str, version: int, rows: Sequence[tuple[int, float | int]]
    ) -> None:
        """Nobody sees it yet. Raises Conflict when another run has begun since."""
        ...

    async def publish_result(self, kind: str, name: str, version: int, about: str) -> Published:
        """In one transaction; what stood before is kept. Raises Conflict as above."""
        ...

    async def restore_result(self, kind: str, name: str) -> Published:
        """In one transaction, what stood before; once more, what stood after. Raises NotFound."""
        ...

    async def results(self, kind: str, name: str, ids: Sequence[int]) -> list[float | int | None]:
        """Published values, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Backlog:
    waiting: int
    oldest_at: int | None
    dead: int


@dataclass(frozen=True, slots=True)
class DeadEvent:
    event: Event
    attempts: int
    error: str


class Outbox(Protocol):
    async def take_events(self, limit: int) -> list[Event]:
        """Some waiting events, sorted by id. They stay until dropped."""
        ...

    async def drop_events(self, ids: Sequence[int]) -> None: ...

    async def bury_event(self, event: int, attempts: int, error: str) -> None: ...

    async def dead_events(self, limit: int) -> list[DeadEvent]: ...

    async def replay_events(self, ids: Sequence[int] | None) -> int:
        """Dead events back into the queue (all for None); how many."""
        ...

    async def backlog(self) -> Backlog: ...
