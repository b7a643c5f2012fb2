"""Text with a record a line and a character between its fields.

A piece without surprises is read by pyarrow, all columns as text; a piece with quotes, comments,
empty or odd lines record by record. Both say the same of what both can read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from loaders.chunks import (
    CHUNK_BYTES,
    LONGEST_KEPT,
    LONGEST_RECORD,
    Chunk,
    Place,
    Reject,
    SourceError,
)
from loaders.mapping import MAYBE, Format
from loaders.parsing import WHITESPACE
from loaders.streams import Stream

# What a file of ours that gives rows back says beside them.
NOTE = b"#! "
NUMBER = re.compile(r"-?\d+(\.\d+)?")
HEADER_WORDS = frozenset(
    {"who", "whom", "source", "target", "src", "dst", "from", "to", "id", "id_1", "id_2"}
    | {"follower", "followed", "followee", "following", "friend", "friend1", "friend2"}
    | {"user", "user_id", "userid", "user1", "user2", "node_1", "node_2"}
    | {"fromnodeid", "tonodeid", "start", "end"}
)
SAMPLE = 100  # lines that are looked at
SNIFFED = (b"\t", b"|", b",", b";", b" ")


@dataclass(frozen=True, slots=True)
class Dialect:
    delimiter: str  # one character; a space also stands for any white space
    quote: str | None
    comment: str | None
    names: tuple[str, ...]
    begins: Place  # where the first record is
    head: bytes  # the header line, for whoever writes rows back

    @property
    def white(self) -> bool:
        return self.delimiter == WHITESPACE


class Delimited:
    """One source, from a place on."""

    def __init__(
        self, stream: Stream, format: Format, columns: Sequence[str], line: int = 1
    ) -> None:
        self._stream = stream
        self._line = line
        self._buffer = b""
        self._ended = False
        self.dialect = self._begin(format, columns)

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

    # --- the beginning

    def _begin(self, format: Format, columns: Sequence[str]) -> Dialect:
        self._fill(CHUNK_BYTES)
        lines, at, skipped = self._buffer.split(b"\n", 4_000)[:4_000], 0, 0
        comment = format.comment.encode() if format.comment else None
        while lines and _is_passed_over(lines[0], comment):
            at, skipped = at + len(lines.pop(0)) + 1, skipped + 1
        first = lines[0].rstrip(b"\r") if lines else b""
        delimiter = format.delimiter or _sniffed(first)
        draft = Dialect(
            delimiter,
            format.quote,
            format.comment,
            (),
            Place(min(at, len(self._buffer)), skipped + self._line),
            b"",
        )
        fields = _fields(first, draft) or []
        sample = [
            _fields(line.rstrip(b"\r"), draft) or []
            for line in lines[1:SAMPLE]
            if not _is_passed_over(line, comment)
        ]
        second = next(iter(sample), [])
        if _has_header(format, fields, second, columns):
            names = unique_names(format.columns or fields)
            begins = Place(
                min(at + len(lines[0] if lines else b"") + 1, len(self._buffer)),
                skipped + self._line + 1,
            )
            return Dialect(delimiter, format.quote, format.comment, names, begins, first)
        width = _width([fields, *sample], columns)
        names = format.columns or tuple(str(number) for number in range(1, width + 1))
        return Dialect(delimiter, format.quote, format.comment, tuple(names), draft.begins, b"")

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
    delimiter = dialect.delimiter
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
            raws.extend(text.split(b"\n"))
        return raws[row]

    return Chunk(columns, start.line + np.arange(rows), raw, start, end)


def _is_plain(block: bytes, dialect: Dialect) -> bool:
    if b"\0" in block or (dialect.quote and dialect.quote.encode() in block):
        return False
    if b"\n\n" in block or b"\n\r" in block or block[:1] in b"\r\n" or block.startswith(NOTE):
        return False
    if b"\n#! " in block:
        return False
    if dialect.comment is None:
        return True
    comment = dialect.comment.encode()
    return not block.startswith(comment) and b"\n" + comment not in block


def slowly(block: bytes, dialect: Dialect, start: Place, ended: bool) -> tuple[Chunk, int]:
    """Record by record; also how many bytes of the block these are."""
    at, line, size = 0, start.line, len(block)
    rows: list[list[str]] = []
    raws: list[bytes] = []
    lines: list[int] = []
    rejects: list[Reject] = []
    width = len(dialect.names)
    comment = dialect.comment.encode() if dialect.comment else None
    while at < size:
        stop = _record_end(block, at, dialect)
        if stop is None and not ended and at > 0 and size - at < LONGEST_RECORD:
            break  # its end may be in what comes next
        closed = stop is not None
        if stop is None:
            found = block.find(b"\n", at)
            stop = size if found < 0 else found + 1
        raw = block[at:stop].rstrip(b"\n")
        raw = raw[:-1] if raw.endswith(b"\r") else raw
        if _is_passed_over(raw, comment):
            pass
        elif not closed:
            rejects.append(Reject(line, "a quote is opened and never closed", raw))
        else:
            fields = _fields(raw, dialect)
            reason = _fault(raw, fields, width)
            if reason is None and fields is not None:
                rows.append(fields)
                raws.append(raw)
                lines.append(line)
            else:
                rejects.append(Reject(line, reason or "not a record", raw))
        line += block.count(b"\n", at, stop)
        at = stop
    columns: dict[str, Any] = {
        name: pa.array([row[number] for row in rows], pa.string())
        for number, name in enumerate(dialect.names)
    }
    end = Place(start.offset + at, line)
    chunk = Chunk(
        columns, np.array(lines, np.int64), lambda row: raws[row], start, end, tuple(rejects)
    )
    return chunk, at


def _record_end(block: bytes, at: int, dialect: Dialect) -> int | None:
    """Behind its line end; None where a quote that was opened is not closed here."""
    found = block.find(b"\n", at)
    stop = len(block) if found < 0 else found + 1
    if dialect.quote is None or dialect.quote.encode() not in block[at:stop]:
        return stop
    quote, delimiter = dialect.quote.encode(), dialect.delimiter.encode()
    while at < len(block):
        if block[at : at + 1] == quote:
            at = _closing(block, at + 1, quote)
            if at < 0:
                return None
        ends = [x for x in (block.find(b"\n", at), block.find(delimiter, at)) if x >= 0]
        if not ends:
            return len(block)
        at = min(ends) + 1
        if block[at - 1 : at] == b"\n":
            return at
    return at


def _closing(block: bytes, at: int, quote: bytes) -> int:
    """Behind the quote that closes; -1 where none does."""
    while True:
        found = block.find(quote, at)
        if found < 0:
            return -1
        if block[found + 1 : found + 2] != quote:
            return found + 1
        at = found + 2


def _fields(raw: bytes, dialect: Dialect) -> list[str] | None:
    """None where it is no text, or not quoted as it should be."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if dialect.white:
        return text.split()
    quote = dialect.quote
    if quote is None or quote not in text:
        return text.split(dialect.delimiter)
    fields, at = [], 0
    while True:
        if text[at : at + 1] == quote:
            stop = at + 1
            while True:
                stop = text.find(quote, stop)
                if stop < 0:
                    return None
                if text[stop + 1 : stop + 2] != quote:
                    break
                stop += 2
            fields.append(text[at + 1 : stop].replace(quote * 2, quote))
            at = stop + 1
            if at < len(text) and text[at] != dialect.delimiter:
                return None
        else:
            stop = text.find(dialect.delimiter, at)
            fields.append(text[at : stop if stop >= 0 else len(text)])
            at = stop if stop >= 0 else len(text)
        if at >= len(text):
            return fields
        at += 1


def _fault(raw: bytes, fields: list[str] | None, width: int) -> str | None:
    if len(raw) > LONGEST_RECORD:
        return f"a record of {len(raw)} bytes; {LONGEST_RECORD} are allowed"
    if b"\0" in raw:
        return "a NUL byte"
    if fields is None:
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as error:
            return f"byte {error.start + 1} is no UTF-8"
        return "a quote does not stand round a whole field"
    if b"\r" in raw:
        return "a carriage return within the line"
    if len(fields) != width:
        return f"{len(fields)} columns instead of {width}"
    return None


# --- headers


def _blank(line: bytes) -> bool:
    return not line.strip(b" \t\r\n") if len(line) < 4096 else False


def _width(rows: Sequence[list[str]], columns: Sequence[str]) -> int:
    """What most have: the first may be the one that is wrong."""
    usual = Counter(len(row) for row in rows if row).most_common(1)
    return max(usual[0][0] if usual else 0, *(int(c) for c in columns if c.isdigit()), 0)


def _is_passed_over(line: bytes, comment: bytes | None) -> bool:
    return _blank(line) or line.startswith(NOTE) or bool(comment and line.startswith(comment))


def _sniffed(line: bytes) -> str:
    """The delimiter that this line has."""
    for one in SNIFFED:
        if one in line:
            return WHITESPACE if one == b" " else one.decode()
    return ","


def _has_header(
    format: Format, first: list[str], second: list[str], columns: Sequence[str]
) -> bool:
    if format.header is not None:
        return format.header
    if any(not column.isdigit() for column in columns):
        return not format.columns
    if all(word.strip().lower() in HEADER_WORDS for word in first) and first:
        return True
    numbers = [bool(NUMBER.fullmatch(word)) for word in second]
    return bool(second) and all(numbers) and not any(NUMBER.fullmatch(word) for word in first)


def unique_names(fields: Sequence[str]) -> tuple[str, ...]:
    """The second column of a name is called NAME#2."""
    seen: dict[str, int] = {}
    found = []
    for name in (field.strip() for field in fields):
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return tuple(found)


def column_of(column: str, names: Sequence[str], where: str) -> str:
    """By name, or by number from 1 on; empty where it may be missing. Raises SourceError."""
    maybe, column = column.endswith(MAYBE), column.removesuffix(MAYBE)
    if column in names:
        return column
    if maybe:
        return ""
    if column.isdigit() and 1 <= int(column) <= len(names):
        return names[int(column) - 1]
    raise SourceError(f'{where} has no column "{column}"; it has {", ".join(names) or "none"}.')
