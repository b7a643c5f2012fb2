"""JSON lines: an object a line; its values as text, as if they stood in columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from loaders.chunks import CHUNK_BYTES, LONGEST_KEPT, LONGEST_RECORD, Chunk, Place, Reject
from loaders.delimited import empty
from loaders.dialects import is_note
from loaders.mapping import MAYBE
from loaders.piped import from_place
from loaders.planning import no_column
from loaders.sources import Source
from loaders.streams import Stream

# Whole numbers that are written in digits, whatever the file calls them.
HIGHEST = 2**63


class JsonLines:
    head = b""
    form: Mapping[str, Any] = {"kind": "jsonl"}

    def __init__(self, source: Source) -> None:
        self._columns = source.rule.columns
        self._notes = source.rule.format.notes
        if source.window is None and source.pipe is None:
            self._look(source)
        self._stream = Stream(source.path, source.rule.format.encoding, source.window, source.pipe)
        self._line = source.window.line if source.window else 1
        self.names: Mapping[str, str] = {column: column for column in self._columns}

    def _look(self, source: Source) -> None:
        """An object may lack a column; one that has none of them is of another kind."""
        with closing(Stream(source.path, source.rule.format.encoding)) as beginning:
            text = b""
            while (piece := beginning.read(CHUNK_BYTES)) and b"\n" not in text:
                text = (text + piece).lstrip()
        try:
            found = orjson.loads(text.partition(b"\n")[0])
        except orjson.JSONDecodeError:
            return
        wanted = {*self._columns, *(column.removesuffix(MAYBE) for column in self._columns)}
        if isinstance(found, dict) and wanted and not found.keys() & wanted:
            raise no_column(source.rule, self._columns[0], found, source.path)

    def chunks(self, place: Place) -> Iterator[Chunk]:
        chunks, seen = self._chunks(place), self._stream.seen
        return from_place(place, chunks, seen) if seen else chunks

    def _chunks(self, place: Place) -> Iterator[Chunk]:
        self._stream.skip(place.offset)
        place = max(place, Place(0, self._line))
        buffer, ended = b"", False
        while True:
            while not ended and len(buffer) < CHUNK_BYTES:
                piece = self._stream.read(CHUNK_BYTES - len(buffer))
                ended = not piece
                buffer += piece
            last = len(buffer) if ended else buffer.rfind(b"\n") + 1
            if not buffer:
                return
            if last:
                chunk = self._chunk(buffer[:last], place)
                buffer = buffer[last:]
            else:
                chunk, buffer = self._giant(buffer, place)
            place = chunk.end
            yield chunk

    @property
    def position(self) -> int:
        return self._stream.position

    def close(self) -> None:
        self._stream.close()

    def _chunk(self, block: bytes, start: Place) -> Chunk:
        rows: list[list[str | None]] = []
        raws: list[bytes] = []
        numbers: list[int] = []
        rejects: list[Reject] = []
        lines = block.split(b"\n")
        for number, line in enumerate(lines[:-1] if block.endswith(b"\n") else lines, start.line):
            raw = line.removesuffix(b"\r")
            if not raw.strip() or (self._notes and is_note(raw)):
                continue
            row = _row(raw, self._columns)
            if isinstance(row, str):
                rejects.append(Reject(number, row, raw))
            else:
                rows.append(row)
                raws.append(raw)
                numbers.append(number)
        columns: dict[str, Any] = {
            name: pa.array([row[at] for row in rows], pa.string())
            for at, name in enumerate(self._columns)
        }
        end = Place(start.offset + len(block), start.line + block.count(b"\n"))
        where = np.array(numbers, np.int64)
        return Chunk(columns, where, lambda row: raws[row], start, end, tuple(rejects))

    def _giant(self, buffer: bytes, start: Place) -> tuple[Chunk, bytes]:
        kept, size, rest = [buffer], len(buffer), b""
        self._stream.fold()
        while piece := self._stream.read(CHUNK_BYTES):
            found = piece.find(b"\n") + 1
            head, rest = (piece[:found], piece[found:]) if found else (piece, b"")
            if size < LONGEST_KEPT:
                kept.append(head)
            size += len(head)
            if found:
                break
            self._stream.fold()
        reason = f"a record of {size} bytes; {LONGEST_RECORD} are allowed"
        if size > LONGEST_KEPT:
            reason += ", and only its beginning is kept"
        reject = Reject(start.line, reason, b"".join(kept).rstrip(b"\r\n"))
        end = Place(start.offset + size, start.line + 1)
        return empty(self._columns, start, end, (reject,)), rest


def _row(raw: bytes, columns: tuple[str, ...]) -> list[str | None] | str:
    """Its values as text, or what is wrong."""
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        return f"no JSON: {error.msg}"
    if not isinstance(found, dict):
        return "not a JSON object"
    values = [found.get(c if c in found else c.removesuffix(MAYBE)) for c in columns]
    if float not in map(type, values):
        return [as_text(value) for value in values]
    # Whole numbers of many digits are such, too: what is written counts.
    try:
        exact = json.loads(raw.decode(), parse_int=str, parse_float=number_text)
    except RecursionError:
        return "no JSON: it is nested too deeply"
    return [
        exact[column if column in found else column.removesuffix(MAYBE)]
        if isinstance(value, float)
        else as_text(value)
        for column, value in zip(columns, values, strict=True)
    ]


def as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return orjson.dumps(value).decode()


def number_text(text: str) -> str:
    """A number as it is written; one that is whole, as whole numbers are: `7.0` is `7`."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    is_whole = -HIGHEST <= number <= HIGHEST and number == number.to_integral_value()
    return str(int(number)) if is_whole else text
