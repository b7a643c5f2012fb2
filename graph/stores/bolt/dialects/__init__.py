"""What the two servers say differently, behind one small protocol."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from graph.declaring import Edge
from graph.model import List
from graph.store import Capability
from graph.stores.bolt.dialects.heap import Heap
from graph.upkeep import Totals


class Span(NamedTuple):
    """A piece of a huge list: one owner's entries, low < position < high.

    With `tie`, all of one time, and the bounds are ids; else the bounds are times.
    """

    low: int
    high: int
    tie: int | None = None


def ends(list_: List) -> tuple[str, str]:
    """The properties of an edge that hold the list's owner, and the other one."""
    return ("_to", "_from") if list_.direction == "in" else ("_from", "_to")


class Dialect(Protocol):
    name: str
    capabilities: frozenset[Capability]
    tells_reads: bool  # whether an EXPLAIN says truly what kind of statement it is
    heap: Heap | None  # looked at while analysts' statements run

    async def open(self) -> None: ...

    async def migrate(self) -> list[str]:
        """Labels, types, constraints and indexes that are missing. Says which."""
        ...

    async def shortcomings(self) -> list[str]: ...

    async def page(
        self, list_: List, owner: int, span: Span, limit: int, *, oldest: bool
    ) -> list[tuple[int, int]]:
        """(time, other) of entries of a huge list, by its index: newest first, or `oldest`."""
        ...

    async def totals(self, edge: Edge) -> Totals:
        """Nodes of both ends' kinds, and edges, from the counts that the server keeps."""
        ...

    async def prune(self, edge: Edge, before: int, limit: int) -> int:
        """Remove some edges, found by the index on their time, that are older than this."""
        ...

    def reader(self) -> tuple[str, str]:
        """Who asks for analysts: a user that can't write, where the server has users."""
        ...

    def marked(self, text: str, mark: str) -> str:
        """The statement, so that `running` finds it."""
        ...

    async def running(self, mark: str) -> list[str]:
        """Ids of transactions that carry this mark and have not ended."""
        ...

    async def close(self) -> None: ...
