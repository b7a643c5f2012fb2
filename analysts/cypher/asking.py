"""One question from its text to its rows, within its bounds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from analysts.cypher.advice import cheaper
from analysts.cypher.gate import Judged
from analysts.cypher.masking import Mask
from analysts.cypher.presenting import Presenter
from graph.errors import BadInput, DeadlineExceeded, TooExpensive
from graph.store import Store
from graph.values import Rows

BREATH = 25  # rows


@dataclass(frozen=True, slots=True)
class Bounds:
    rows: int = 10_000
    bytes: int = 64 << 20
    seconds: float = 60.0

    def within(self, rows: int | None, seconds: float | None) -> Bounds:
        """As much as is asked for, and no more than this."""
        return Bounds(
            min(rows or self.rows, self.rows),
            self.bytes,
            min(seconds or self.seconds, self.seconds),
        )


@dataclass(slots=True)
class Answer:
    """Rows as JSON has them. What `cut` says is known when the last one was read."""

    columns: tuple[str, ...]
    as_of: int  # epoch ms: before the first row was asked for
    _rows: Rows
    _bounds: Bounds
    _judged: Judged
    _mask: Mask | None
    rows: int = 0
    bytes: int = 0
    suppressed: int = 0  # rows of too few people
    cut: str | None = None  # rows | bytes: which bound ended it early

    async def __aiter__(self) -> AsyncIterator[list[Any]]:
        presenter = Presenter()
        read = 0
        async for values in self._rows:
            read += 1
            if read % BREATH == 0:
                await asyncio.sleep(0)  # others are served in this process too
            if not self._is_large_enough(values):
                self.suppressed += 1
                continue
            row = presenter.row(self._masked(values))
            self.bytes += size_of(row)
            if self.rows == self._bounds.rows:
                self.cut = "rows"
                return
            if self.bytes > self._bounds.bytes:
                self.cut = "bytes"
                return
            self.rows += 1
            yield row

    def _is_large_enough(self, values: list[Any]) -> bool:
        counted = self._judged.counted
        return not counted or min(values[-counted:]) >= self._judged.smallest

    def _masked(self, values: list[Any]) -> list[Any]:
        if len(values) != len(self.columns) + self._judged.counted:
            raise BadInput("The graph answers with other columns: name each of them with AS.")
        values = values[: len(self.columns)]
        if self._mask is None:
            return values
        shapes = self._judged.shapes
        return [self._mask.value(one, shape) for one, shape in zip(values, shapes, strict=True)]


@asynccontextmanager
async def asked(
    store: Store, judged: Judged, bounds: Bounds, now: int, mask: Mask | None = None
) -> AsyncIterator[Answer]:
    try:
        async with store.stream(judged.text, judged.params, bounds.seconds) as rows:
            yield Answer(judged.columns, now, rows, bounds, judged, mask)
    except DeadlineExceeded as late:
        said = f"Stopped after {bounds.seconds:g} s, and it is gone from the graph."
        raise DeadlineExceeded(said + _advice(judged)) from late
    except TooExpensive as large:
        raise TooExpensive(f"{large}{_advice(judged)}") from large


def _advice(judged: Judged) -> str:
    advice = "; ".join(cheaper(judged.parsed))
    return f" To make it cheaper: {advice}." if advice else ""


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
