"""The port: what Amity asks of a graph store, in small protocols by domain.

What requests ask stands here, the rest in `upkeep.py`. Neither knows a query language.
`graph/stores/` implements both; `tests/contract/` is what an implementation has to pass. A store
says what it can do through `capabilities`; what it lacks is computed from the primitives.

Every read honours the deadline of `graph.deadline` and ends the work on the server when it is up.
Adapters raise only errors of `graph.errors`: `Unavailable` (can't be reached), `DeadlineExceeded`,
`Conflict` (a unique key is taken; `extensions["field"]` names the property).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from graph.changes import Event, Ops
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
from graph.upkeep import Audit, Bulk, Findings, Imports, Outbox
from graph.values import Plan, Rows


class Capability(StrEnum):
    CYPHER = "cypher"  # raw Cypher for analysts
    TRANSACTIONS = "transactions"  # what `change` writes is all there or not at all
    RANGES = "ranges"  # a page of a huge list costs the page, not the list
    FULLTEXT = "fulltext"
    WHOLE = "whole"  # an empty graph is filled in one piece, past all transactions
    LANES = "lanes"  # two imports of edges without a node in common are faster than one


class Objects(Protocol):
    async def people(self, ids: Sequence[int]) -> list[Person | None]:
        """In order; None where no such node. Gone people are returned, with their flag."""
        ...

    async def counts(self, ids: Sequence[int]) -> list[Counts]:
        """Kept counters, shards added up; zeros for an unknown id."""
        ...

    async def flags(self, first: int, size: int) -> bytes:
        """One flag byte for each id in [first, first + size); GONE where nobody is."""
        ...

    async def find_people(self, key: str, values: Sequence[str]) -> list[int | None]:
        """By a unique property: `usernameKey`, `externalKey` or `subjectKey`."""
        ...

    async def find_external(self, external_id: str) -> list[int]:
        """Everyone whom some import knows by this id (at most a few), gone people left out."""
        ...

    async def interests(self, person: int) -> list[str]: ...


class Posts(Protocol):
    """Posts by id and by author. An author's own posts, replies to a post and whoever liked it
    are lists of the registry: `posts`, `replies`, `liked_by`, in order of (createdAt, id)."""

    async def posts(self, ids: Sequence[int]) -> list[PostCard | None]:
        """In order; None where no such node. Gone posts are returned, with their flag."""
        ...

    async def post_counts(self, ids: Sequence[int]) -> list[Counts]:
        """Kept counters, shards added up; zeros for an unknown id."""
        ...

    async def posts_of(
        self,
        authors: Sequence[int],
        limit: int,
        before: Position | None = None,
        after: Position | None = None,
    ) -> Posted:
        """The newest `limit` posts of all these authors together, in few trips.

        Of each author some thousand are read at most, however many there are. Strictly older
        than `before` and newer than `after`; newest first by (createdAt, id). Replies and shares
        too, whatever their visibility: the policy is the caller's.
        """
        ...

    async def find_posts(self, key: str, values: Sequence[str]) -> list[int | None]:
        """By a unique property: `shareKey`, `createKey` or `externalKey`."""
        ...

    async def shared(self, people: Sequence[int]) -> list[Links]:
        """What each of these plainly shares: the originals, and since when."""
        ...

    async def versions(self, post: int) -> list[Version]:
        """What a post said before its edits, oldest first."""
        ...


class Associations(Protocol):
    """Lists are named as in `model.LIST`."""

    async def neighbours(self, name: str, owners: Sequence[int]) -> list[Links]:
        """Whole lists, one trip. Not for huge ones."""
        ...

    async def neighbours_page(
        self,
        name: str,
        owner: int,
        limit: int,
        after: Position | None = None,
        before: Position | None = None,
    ) -> Links:
        """The newest `limit` entries strictly older than `after` and newer than `before`.

        With only `before`, the `limit` entries next to it (its oldest newer ones). Newest first
        in every case.
        """
        ...

    async def pairs(self, viewer: int, others: Sequence[int]) -> list[Pair]:
        """Everything between one person and others (at most 100 a call), one trip, no lock."""
        ...

    async def linked(self, edge: str, sources: Sequence[int], target: int) -> list[bool]:
        """Which of `sources` have this edge to `target`: the smaller side is scanned."""
        ...


Decide = Callable[[Pair], Ops]
DecidePerson = Callable[[Person | None], Ops]
DecidePosts = Callable[[Person | None, Sequence[Ties]], Ops]


class Removed(NamedTuple):
    """An edge that a step of erasing took away, and the time that ordered its lists."""

    edge: str
    a: int
    b: int
    at: int | None


Announce = Callable[[Sequence[Removed]], Event]
AnnounceViews = Callable[[Sequence[int]], Event]


class Changes(Protocol):
    """The only way to write: lock and read, decide (pure, may run again), write, commit."""

    async def change_pair(self, a: int, b: int, decide: Decide) -> tuple[Pair, Ops]:
        """Locks the pair. Answers what was read, and what was written, when committed."""
        ...

    async def change_person(
        self, person: int, decide: DecidePerson
    ) -> tuple[Person | None, Ops]: ...

    async def change_posts(
        self, person: int, ids: Sequence[int], decide: DecidePosts
    ) -> tuple[list[Ties], Ops]:
        """Locks this person with each of these posts (with none, the person alone), reads the
        person, the posts and what is between them, in order, and writes what is decided.

        Answers what was read, and what was written, when committed.
        """
        ...

    async def write(self, ops: Ops) -> None:
        """One transaction without a read, for nodes that nobody else can know yet."""
        ...

    async def erase_step(self, person: int, limit: int, announce: Announce) -> list[Removed]:
        """Remove up to `limit` edges of a person who is gone, other ends' counters included.

        Answers the removed edges; empty when nothing is left. History edges count; the last step
        removes names, keys and personal properties of the node. Where edges were removed,
        `announce(removed)` (pure) is written to the outbox in the same transaction, so that a
        crash behind the commit loses no invalidation.
        """
        ...

    async def erase_post_step(self, post: int, limit: int, announce: Announce) -> list[Removed]:
        """The same of a post that is gone: what people did with it, never what replies to it or
        shares it. At last it says only that it was, when, and whose."""
        ...

    async def record_views(
        self, person: int, ids: Sequence[int], day: int, announce: AnnounceViews
    ) -> list[int]:
        """Which of these posts (each once, gone ones left out) this person had not viewed on this
        day; they are counted, and `announce(them)` is written to the outbox with them."""
        ...


class Sequences(Protocol):
    async def take_ids(self, count: int) -> int:
        """The first of `count` new user ids. Never handed out twice."""
        ...

    async def lease_node(self, first: int, last: int, holder: str, ttl_ms: int, now: int) -> int:
        """A node number in [first, last] that no living holder has; renews `holder`'s own."""
        ...

    async def generation(self) -> int:
        """Raised by whoever wrote while the cache was unreachable."""
        ...

    async def raise_generation(self) -> int: ...

    async def identity(self) -> int:
        """A number that tells this graph from all others, and stays."""
        ...


class Raw(Protocol):
    async def cypher(self, text: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """For benchmarks and tests. Raises NotSupported where there is no Cypher."""
        ...

    def stream(
        self, text: str, params: Mapping[str, Any], seconds: float
    ) -> AbstractAsyncContextManager[Rows]:
        """An analyst's statement that `analysts.cypher.gate` let pass; its rows as they come.

        Through whatever the server has that keeps a reader from writing. Whoever leaves before
        the end leaves nothing running: it is gone from the server when this returns.
        """
        ...

    async def plan(self, text: str, params: Mapping[str, Any]) -> Plan:
        """How the server would go about it, without running it."""
        ...


class Store(
    Objects,
    Posts,
    Associations,
    Changes,
    Sequences,
    Outbox,
    Audit,
    Bulk,
    Imports,
    Findings,
    Raw,
    Protocol,
):
    name: str  # memory | embedded | neo4j | …
    capabilities: frozenset[Capability]
    trips: int  # how often the store was asked, ever: budgets in tests are differences of it

    async def open(self) -> None:
        """Connect, and wait until it answers a question (raises Unavailable)."""
        ...

    async def migrate(self) -> list[str]:
        """Constraints, indexes, locks and sequences, from the registry. Says what it did."""
        ...

    async def ping(self) -> None: ...

    async def shortcomings(self) -> list[str]:
        """What a server's own settings leave open, each in a sentence for its operator."""
        ...

    async def wipe(self) -> None:
        """Everything but the schema. For tests and demos."""
        ...

    async def close(self) -> None: ...
