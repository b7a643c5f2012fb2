"""Text with a record a line and a character between its fields.

A piece without surprises is read by pyarrow, all columns as text; a piece with quotes, comments,
empty or odd lines record by record. Both say the same of what both can read.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from loaders.chunks import CHUNK_BYTES, LONGEST_KEPT, LONGEST_RECORD, Chunk, Place, Reject
from loaders.dialects import NOTE, Dialect
from loaders.mapping import Format
from loaders.records import slowly
from loaders.sniffing import dialect_of
from loaders.streams import Stream


class Delimited:
    """One source, from a place on."""

    def __init__(
        self, stream: Stream, format: Format, columns: Sequence[str], line: int = 1
    ) -> None:
        self._stream = stream
        self._buffer = b""
        self._ended = False
        self._fill(CHUNK_BYTES)
        self.dialect = dialect_of(self._buffer, line, format, columns)

    def chunks(self, place: Place) -> Iterator[Chunk]:
        place = max(place, self.dialect.begins)
        self._skip(place.offset)
        while True:
            self._fill(CHUNK_BYTES)
            if not self._buffer:
                return
            chunk = self._next(place)
            place = chunk.end
            yield chunk

    def _fill(self, size: int) -> None:
        pieces = [self._buffer]
        have = len(self._buffer)
        while have < size and not self._ended:
            piece = self._stream.read(size - have)
            self._ended = not piece
            pieces.append(piece)
            have += len(piece)
        self._buffer = b"".join(pieces)

    def _skip(self, offset: int) -> None:
        within = min(offset, len(self._buffer))
        self._buffer = self._buffer[within:]
        self._stream.skip(offset - within)

    # --- the records

    def _next(self, place: Place) -> Chunk:
        last = self._buffer.rfind(b"\n") + 1
        if self._ended:
            last = len(self._buffer)
        if not last:
            return self._giant(place)
        block, rest = self._buffer[:last], self._buffer[last:]
        end = Place(place.offset + last, place.line + block.count(b"\n"))
        chunk = plainly(block, self.dialect, place, end)
        if chunk is None:
            chunk, used = slowly(block, self.dialect, place, self._ended)
            rest = block[used:] + rest
        self._buffer = rest
        return chunk

    def _giant(self, place: Place) -> Chunk:
        """A line longer than a piece may be: given back, whole where that is possible."""
        kept, size = [self._buffer], len(self._buffer)
        self._buffer = b""
        while not self._ended:
            self._stream.fold()
            self._fill(CHUNK_BYTES)
            found = self._buffer.find(b"\n") + 1
            piece, self._buffer = (
                self._buffer[: found or None],
                self._buffer[found:] if found else b"",
            )
            if size < LONGEST_KEPT:
                kept.append(piece)
            size += len(piece)
            if found:
                break
        reason = f"a record of {size} bytes; {LONGEST_RECORD} are allowed"
        if size > LONGEST_KEPT:
            reason += ", and only its beginning is kept"
        raw = b"".join(kept).rstrip(b"\r\n").replace(b"\n", b" ")
        end = Place(place.offset + size, place.line + 1)
        return empty(self.dialect.names, place, end, (Reject(place.line, reason, raw),))


def empty(names: Sequence[str], start: Place, end: Place, rejects: tuple[Reject, ...]) -> Chunk:
    columns = {name: pa.array([], pa.string()) for name in names}
    return Chunk(columns, np.empty(0, np.int64), lambda row: b"", start, end, rejects)


def plainly(block: bytes, dialect: Dialect, start: Place, end: Place) -> Chunk | None:
    """None where the piece has anything that wants to be looked at."""
    if not _is_plain(block, dialect):
        return None
    text = block.replace(b"\r\n", b"\n") if b"\r" in block else block
    as_it_stood, delimiter = text, dialect.delimiter
    if dialect.white:
        text, delimiter = text.replace(b"\t", b" "), " "
        if (
            b"  " in text
            or b"\n " in text
            or b" \n" in text
            or text[:1] == b" "
            or text[-1:] == b" "
        ):
            return None
    if b"\r" in text:
        return None
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(text),
            pa_csv.ReadOptions(
                use_threads=False, block_size=len(text) + 1, column_names=list(dialect.names)
            ),
            pa_csv.ParseOptions(
                delimiter=delimiter, quote_char=False, escape_char=False, ignore_empty_lines=False
            ),
            pa_csv.ConvertOptions(
                column_types=dict.fromkeys(dialect.names, pa.string()),
                strings_can_be_null=False,
                check_utf8=True,
            ),
        )
    except pa.ArrowInvalid:
        return None
    rows = table.num_rows
    if rows != text.count(b"\n") + (not text.endswith(b"\n")):
        return None
    columns = {name: table[name].combine_chunks() for name in dialect.names}
    raws: list[bytes] = []

    def raw(row: int) -> bytes:
        if not raws:
            raws.extend(as_it_stood.split(b"\n"))
        return raws[row]

    return Chunk(columns, start.line + np.arange(rows), raw, start, end)


def _is_plain(block: bytes, dialect: Dialect) -> bool:
    if b"\0" in block or (dialect.quote and dialect.quote.encode() in block):
        return False
    if b"\n\n" in block or b"\n\r" in block or block[:1] in b"\r\n":
        return False
    if block.startswith(codecs.BOM_UTF8):  # part of its first field, as anywhere else
        return False
    if dialect.notes and (block.startswith(NOTE) or b"\n" + NOTE in block):
        return False
    if not dialect.comment:
        return True
    comment = dialect.comment.encode()
    return not block.startswith(comment) and b"\n" + comment not in block
