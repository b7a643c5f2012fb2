"""An answer as bytes: CSV, JSON, JSON lines, a table, Parquet, Arrow.

All but the table are written as the rows come; the columns of Parquet and Arrow get their types
from the first batch.
"""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from analysts.cypher.presenting import drawn
from graph.errors import BadInput

if TYPE_CHECKING:
    import pyarrow

MEDIA = {
    "table": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.stream",
}
BINARY = ("parquet", "arrow")
BATCH = 10_000
WIDEST = 60  # a cell of a table
DIGITS = 6  # of a number that is not whole, in a table

Rows = AsyncIterator[list[Any]]


def written(format: str, columns: Sequence[str], rows: Rows) -> AsyncIterator[bytes]:
    match format:
        case "csv":
            return _csv(columns, rows)
        case "json":
            return _json(columns, rows)
        case "jsonl":
            return _json_lines(columns, rows)
        case "parquet" | "arrow":
            return _columnar(format, columns, rows)
        case _:
            return _table(columns, rows)


async def _json(columns: Sequence[str], rows: Rows) -> AsyncIterator[bytes]:
    opened = b"["
    async for row in rows:
        yield opened + b"\n  " + orjson.dumps(dict(zip(columns, row, strict=True)))
        opened = b","
    yield b"[]\n" if opened == b"[" else b"\n]\n"


async def _json_lines(columns: Sequence[str], rows: Rows) -> AsyncIterator[bytes]:
    async for row in rows:
        yield orjson.dumps(dict(zip(columns, row, strict=True))) + b"\n"


async def _csv(columns: Sequence[str], rows: Rows) -> AsyncIterator[bytes]:
    yield _csv_line(columns)
    async for row in rows:
        yield _csv_line(_cell(value) for value in row)


def _cell(value: Any) -> Any:
    if isinstance(value, list | dict):
        return orjson.dumps(value).decode()
    return drawn(value)


def _csv_line(cells: Iterable[Any]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()


async def _table(columns: Sequence[str], rows: Rows) -> AsyncIterator[bytes]:
    cells = [list(columns)]
    right = [True] * len(columns)  # numbers stand on the right
    async for row in rows:
        right = [
            old and isinstance(value, int | float | None)
            for old, value in zip(right, row, strict=True)
        ]
        cells.append([_short(drawn(_rounded(value))) for value in row])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    for line in cells:
        aligned = [
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ]
        yield ("  ".join(aligned).rstrip() + "\n").encode()


def _rounded(value: Any) -> Any:
    """A table is for reading: the other formats are exact."""
    match value:
        case float():
            large = abs(value) >= 10 ** (DIGITS - 1)
            return round(value, 1) if large else float(f"{value:.{DIGITS}g}")
        case list():
            return [_rounded(one) for one in value]
        case dict():
            return {name: _rounded(one) for name, one in value.items()}
    return value


def _short(text: str) -> str:
    flat = " ".join(text.split()) if not text.isprintable() else text
    return flat if len(flat) <= WIDEST else flat[: WIDEST - 1] + "…"


async def _columnar(format: str, columns: Sequence[str], rows: Rows) -> AsyncIterator[bytes]:
    sink = _Sink()
    writer: Any = None
    schema: pyarrow.Schema | None = None
    async for some in _batches(rows):
        batch = _batch(columns, some, schema)
        if writer is None:
            schema = batch.schema
            writer = _writer(format, sink, schema)
        writer.write_batch(batch)
        yield sink.taken()
    if writer is None:
        writer = _writer(format, sink, _batch(columns, [], None).schema)
    writer.close()
    yield sink.taken()


async def _batches(rows: Rows) -> AsyncIterator[list[list[Any]]]:
    some: list[list[Any]] = []
    async for row in rows:
        some.append(row)
        if len(some) == BATCH:
            yield some
            some = []
    if some:
        yield some


def _batch(
    columns: Sequence[str], rows: list[list[Any]], schema: pyarrow.Schema | None
) -> pyarrow.RecordBatch:
    import pyarrow

    turned = list(zip(*rows, strict=True)) if rows else [() for _ in columns]
    arrays = [
        _array(name, values, schema.field(at).type if schema else None)
        for at, (name, values) in enumerate(zip(columns, turned, strict=True))
    ]
    return pyarrow.RecordBatch.from_arrays(arrays, names=list(columns))


def _array(name: str, values: Sequence[Any], type: Any) -> Any:
    """Of one type; what is neither a scalar nor a list of them is written as JSON."""
    import pyarrow

    try:
        array = pyarrow.array(_flat(values), type=type)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError) as mixed:
        if type is None:
            return pyarrow.array([_as_text(one) for one in values], pyarrow.string())
        raise BadInput(
            f"The column {name} is {type} in its first {BATCH:,} rows and something else later: "
            "convert it in the statement, or take CSV or JSON."
        ) from mixed
    return array.cast(pyarrow.string()) if pyarrow.types.is_null(array.type) else array


def _flat(values: Sequence[Any]) -> list[Any]:
    return [orjson.dumps(one).decode() if isinstance(one, dict) else one for one in values]


def _as_text(value: Any) -> str | None:
    return None if value is None else value if isinstance(value, str) else drawn(value)


def _writer(format: str, sink: _Sink, schema: pyarrow.Schema) -> Any:
    import pyarrow

    if format == "arrow":
        return pyarrow.ipc.new_stream(sink, schema)
    from pyarrow import parquet

    return parquet.ParquetWriter(sink, schema)


class _Sink(io.RawIOBase):
    """What was written since it was last asked."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        self._at += len(self._parts[-1])
        return len(self._parts[-1])

    def tell(self) -> int:
        return self._at

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
