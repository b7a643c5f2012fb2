"""The part of the port that fills an empty graph in one piece, past all transactions.

Nobody changes it meanwhile, and what was cut short is swept away. Stores with `Capability.WHOLE`
have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from graph.changes import Ops
from graph.imports import Import


class Whole(Protocol):
    async def begin_whole(self, name: str) -> Import:
        """A new import of an empty graph, or the one of this name: what was cut short is swept."""
        ...

    async def shut_whole(self) -> None:
        """From here on nobody changes a pair, and nobody has before."""
        ...

    async def post_whole(self, lines: bytes) -> Mapping[str, str]:
        """Nodes and edges as the server's own lines; its record ids of nodes, by their marks."""
        ...

    async def end_whole(self, found: Import) -> None:
        """Everything is there: its state is kept, and changes are possible."""
        ...

    async def sweep_whole(self, found: Import) -> None:
        """Whatever it wrote, in whatever state that is; changes are possible."""
        ...

    async def forget_import(self, number: int) -> None: ...

    async def raise_generation(self) -> int: ...

    async def take_ids(self, count: int) -> int: ...

    async def lease_node(
        self, first: int, last: int, holder: str, ttl_ms: int, now: int
    ) -> int: ...

    async def write(self, ops: Ops) -> None: ...
