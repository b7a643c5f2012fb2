"""One question from its text to its rows, within its bounds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from analysts.cypher.gate import Judged
from analysts.cypher.presenting import Presenter
from graph.errors import DeadlineExceeded
from graph.store import Store
from graph.values import Rows


@dataclass(frozen=True, slots=True)
class Bounds:
    rows: int = 10_000
    bytes: int = 64 << 20
    seconds: float = 60.0


@dataclass(slots=True)
class Answer:
    """Rows as JSON has them. What `cut` says is known when the last one was read."""

    columns: tuple[str, ...]
    as_of: int  # epoch ms: before the first row was asked for
    _rows: Rows
    _bounds: Bounds
    rows: int = 0
    bytes: int = 0
    cut: str | None = None  # rows | bytes: which bound ended it early

    async def __aiter__(self) -> AsyncIterator[list[Any]]:
        presenter = Presenter()
        async for values in self._rows:
            row = presenter.row(values)
            self.bytes += size_of(row)
            if self.rows == self._bounds.rows:
                self.cut = "rows"
                return
            if self.bytes > self._bounds.bytes:
                self.cut = "bytes"
                return
            self.rows += 1
            yield row


@asynccontextmanager
async def asked(store: Store, judged: Judged, bounds: Bounds, now: int) -> AsyncIterator[Answer]:
    try:
        async with store.stream(judged.text, judged.params, bounds.seconds) as rows:
            columns = judged.columns or rows.columns
            yield Answer(columns, now, rows, bounds)
    except DeadlineExceeded as late:
        raise DeadlineExceeded(
            f"Stopped after {bounds.seconds:g} s, and it is gone from the graph.",
        ) from late


def size_of(value: Any) -> int:
    """About as many bytes as it has in JSON."""
    match value:
        case str():
            return len(value) + 2
        case list():
            return 2 + sum(1 + size_of(one) for one in value)
        case dict():
            return 2 + sum(len(name) + 4 + size_of(one) for name, one in value.items())
    return 8
