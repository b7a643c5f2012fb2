"""Parquet and Arrow files, a row group or a batch after the other. An offset counts rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc
import pyarrow.parquet

from loaders.chunks import Chunk, Place, SourceError
from loaders.jsonl import as_text
from loaders.mapping import MAYBE
from loaders.planning import bound
from loaders.sources import Source

ROWS = 50_000


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
        self.names: Mapping[str, str] = bound(source.rule, tuple(schema.names), source.path)
        self._size = Path(source.path).stat().st_size

    def chunks(self, place: Place) -> Iterator[Chunk]:
        """Always cut at the same rows, wherever it begins."""
        done = 0
        try:
            for batch in self._batches():
                end = done + batch.num_rows
                if end > place.offset and batch.num_rows:
                    yield self._chunk(batch, done, end)
                done = end
                self._rows_read = done
        except (pa.ArrowException, OSError) as error:
            raise SourceError(f"{self._path} is cut off or damaged: {error}") from error

    @property
    def position(self) -> int:
        return self._size * self._rows_read // self._total if self._total else 0

    def close(self) -> None:
        if self._parquet is not None:
            self._parquet.close()

    def _batches(self) -> Iterator[Any]:
        columns = [name for name in dict.fromkeys(self.names.values()) if name]
        if self._parquet is not None:
            yield from self._parquet.iter_batches(ROWS, columns=columns, use_threads=False)
            return
        for number in range(self._arrow.num_record_batches):
            batch = self._arrow.get_batch(number).select(columns)
            for at in range(0, batch.num_rows, ROWS):
                yield batch.slice(at, ROWS)

    def _chunk(self, batch: Any, start: int, end: int) -> Chunk:
        columns = {name: texts(batch.column(name)) for name in batch.schema.names}

        said_as = [(said.removesuffix(MAYBE), name) for said, name in self.names.items() if name]

        def raw(row: int) -> bytes:
            return orjson.dumps({said: columns[name][row].as_py() for said, name in said_as})

        lines = np.arange(start + 1, end + 1, dtype=np.int64)
        return Chunk(columns, lines, raw, Place(start, start + 1), Place(end, end + 1))


def texts(column: Any) -> Any:
    """Any column as text, as a mapping reads it."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_timestamp(kind):
        column, kind = pc.cast(column, pa.timestamp("ms", "UTC")).cast(pa.int64()), pa.int64()
    if pa.types.is_date(kind):
        column = pc.cast(column, pa.timestamp("ms")).cast(pa.int64())
    if pa.types.is_nested(kind) or pa.types.is_boolean(kind) or pa.types.is_binary(kind):
        return pa.array([_text(value) for value in column.to_pylist()], pa.string())
    return pc.cast(column, pa.string())


def _text(value: Any) -> str | None:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else as_text(value)
