"""What is fetched together, and how those who wait for it come by their part."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from graph.adjacency.kind import Kind, What


@dataclass(eq=False, slots=True)
class Batch:
    wanted: dict[bytes, What]
    done: asyncio.Future[None]
    until: float  # the latest deadline of those who began it
    values: dict[bytes, Any] = field(default_factory=dict)
    # What takes longer goes on in a batch of its own, so that the rest need not wait.
    moved: dict[bytes, Batch] = field(default_factory=dict)

    async def value(self, name: bytes) -> Any:
        """Once it is there, here or in the batch that it moved to."""
        batch = self
        while True:
            if not batch.done.done():
                await asyncio.shield(batch.done)
            batch.done.result()
            if name in batch.values:
                return batch.values[name]
            batch = batch.moved[name]

    def answer(self) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def fail(self, error: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(error)
            self.done.exception()  # whoever waited may be gone

    def by_kind(self, names: Iterable[bytes]) -> list[tuple[Kind[Any, Any], list[bytes]]]:
        groups: dict[str, tuple[Kind[Any, Any], list[bytes]]] = {}
        for name in names:
            kind = self.wanted[name][0]
            groups.setdefault(kind.name, (kind, []))[1].append(name)
        return list(groups.values())
