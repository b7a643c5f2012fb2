"""Parquet and Arrow files, a row group or a batch after the other. An offset counts rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import NoneType
from typing import Any
from uuid import UUID

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc
import pyarrow.parquet

from loaders.chunks import Chunk, Place, Reject, SourceError
from loaders.dialects import unique_names
from loaders.jsonl import as_text, number_text
from loaders.mapping import MAYBE
from loaders.planning import bound
from loaders.sources import Source
from loaders.typed import Columns, Faults

ROWS = 50_000
# Beyond any year that has a name, and within 64 bits as milliseconds.
MOST_SECONDS = 10**15


class Tables:
    """Rows that are given back become JSON lines: such a file can't be mended by hand."""

    head = b""
    form: Mapping[str, Any] = {"kind": "jsonl"}

    def __init__(self, source: Source) -> None:
        self._path = source.path
        self._rows_read = 0
        try:
            if source.kind == "parquet":
                self._parquet: Any = pyarrow.parquet.ParquetFile(source.path)
                schema, self._total = self._parquet.schema_arrow, self._parquet.metadata.num_rows
                self._arrow: Any = None
            else:
                self._arrow = pa.ipc.open_file(pa.memory_map(source.path))
                schema, self._total, self._parquet = self._arrow.schema, 0, None
        except (pa.ArrowException, OSError) as error:
            raise SourceError(f"{source.path} can't be read: {error}") from error
        self._columns = unique_names(schema.names)
        self.names: Mapping[str, str] = bound(source.rule, self._columns, source.path)
        self._wanted = [name for name in dict.fromkeys(self.names.values()) if name]
        self._are_unique = self._columns == tuple(schema.names)
        self._size = Path(source.path).stat().st_size

    def chunks(self, place: Place) -> Iterator[Chunk]:
        """Always cut at the same rows, wherever it begins."""
        done = 0
        for batch in self._batches():
            end = done + batch.num_rows
            if end > place.offset and batch.num_rows:
                yield self._chunk(batch, done, end)
            done = end
            self._rows_read = done

    @property
    def position(self) -> int:
        return self._size * self._rows_read // self._total if self._total else 0

    def close(self) -> None:
        if self._parquet is not None:
            self._parquet.close()

    def _batches(self) -> Iterator[Any]:
        try:
            for batch in self._from_parquet() if self._parquet is not None else self._from_arrow():
                named = batch if self._are_unique else batch.rename_columns(list(self._columns))
                yield named.select(self._wanted)
        except (pa.ArrowException, OSError) as error:
            raise SourceError(f"{self._path} is cut off or damaged: {error}") from error

    def _from_parquet(self) -> Iterator[Any]:
        """Columns are chosen by their names: of two with one name both are read."""
        chosen = self._wanted if self._are_unique else None
        yield from self._parquet.iter_batches(ROWS, columns=chosen, use_threads=False)

    def _from_arrow(self) -> Iterator[Any]:
        for number in range(self._arrow.num_record_batches):
            batch = self._arrow.get_batch(number)
            for at in range(0, batch.num_rows, ROWS):
                yield batch.slice(at, ROWS)

    def _chunk(self, batch: Any, start: int, end: int) -> Chunk:
        columns: dict[str, Any] = {}
        faults: Faults = {}
        for name in batch.schema.names:
            columns[name], wrong = texts(batch.column(name))
            for row, reason in wrong.items():
                faults.setdefault(row, f"{name} {reason}")
        lines = np.arange(start + 1, end + 1, dtype=np.int64)
        rejects = tuple(
            Reject(int(lines[row]), faults[row], self._raw(columns, row)) for row in sorted(faults)
        )
        if faults:
            kept = np.delete(np.arange(len(lines)), list(faults))
            lines, columns = lines[kept], {name: one.take(kept) for name, one in columns.items()}
        raw = partial(self._raw, columns)
        return Chunk(columns, lines, raw, Place(start, start + 1), Place(end, end + 1), rejects)

    def _raw(self, columns: Columns, row: int) -> bytes:
        """A row as an object, by what the mapping calls its columns."""
        words = {
            said if said == name else said.removesuffix(MAYBE): columns[name][row].as_py()
            for said, name in self.names.items()
            if name
        }
        return orjson.dumps(words)


def texts(column: Any) -> tuple[Any, Faults]:
    """Any column as text, as a mapping reads it; and what is wrong with rows that are none."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return texts(column.storage)
    if pa.types.is_dictionary(kind):
        return texts(column.dictionary_decode())
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _milliseconds(column), {}
    try:
        if pa.types.is_floating(kind):
            return _floats(column), {}
        if pa.types.is_integer(kind) or (_is_text(kind) and column.validate(full=True) is None):
            return pc.cast(column, pa.string()), {}
    except pa.ArrowException:
        pass
    return _one_by_one(column)


def _is_text(kind: Any) -> bool:
    names = ("string", "large_string", "string_view", "binary", "large_binary", "binary_view")
    return str(kind) in names


def _milliseconds(column: Any) -> Any:
    """What is finer is rounded down."""
    if pa.types.is_date(column.type):
        column = pc.cast(column, pa.timestamp("s"), safe=False)
    numbers = column.view(pa.int64())
    numbers = pc.fill_null(numbers, 0).to_numpy(zero_copy_only=False)
    unit = column.type.unit
    if unit == "s":
        numbers = np.clip(numbers, -MOST_SECONDS, MOST_SECONDS) * 1000
    else:
        numbers = numbers // {"ms": 1, "us": 1_000, "ns": 1_000_000}[unit]
    missing = column.is_null().to_numpy(zero_copy_only=False)
    return pc.cast(pa.array(numbers, pa.int64(), mask=missing), pa.string())


def _floats(column: Any) -> Any:
    """Whole ones as whole numbers are written; what is no number is missing."""
    column = pc.if_else(pc.is_nan(column), None, column)
    said = pc.cast(column, pa.string()).to_pylist()
    return pa.array([text and number_text(text) for text in said], pa.string())


def _one_by_one(column: Any) -> tuple[Any, Faults]:
    found: list[str | None] = []
    faults: Faults = {}
    is_uuid = str(column.type) == "fixed_size_binary[16]"
    for row, item in enumerate(column):
        try:
            value = item.as_py()
            found.append(str(UUID(bytes=value)) if is_uuid and value else _text(value))
        except UnicodeDecodeError as error:
            faults[row] = f"is no UTF-8 at byte {error.start + 1}"
            found.append(bytes(error.object).decode("utf-8", "backslashreplace"))
        except (ValueError, OverflowError, TypeError):
            faults[row] = f"can't be read as text: it is of the type {column.type}"
            found.append(None)
    return pa.array(found, pa.string()), faults


def _text(value: Any) -> str | None:
    value = _plain(value)
    return value if isinstance(value, str) else as_text(value)


def _plain(value: Any) -> Any:
    """What JSON has a word for."""
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, Decimal):
        return number_text(f"{value:f}")
    if isinstance(value, Mapping):
        return {str(_plain(name)): _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value if isinstance(value, (bool, int, float, str, NoneType)) else str(value)
