"""Text that wants to be looked at, record by record: quotes, comments, empty and odd lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from loaders.chunks import LONGEST_RECORD, Chunk, Place, Reject
from loaders.dialects import Dialect, fields_of, has_bare_return, is_passed_over


def slowly(block: bytes, dialect: Dialect, start: Place, ended: bool) -> tuple[Chunk, int]:
    """Record by record; also how many bytes of the block these are."""
    at, line, size = 0, start.line, len(block)
    rows: list[list[str]] = []
    raws: list[bytes] = []
    lines: list[int] = []
    rejects: list[Reject] = []
    while at < size:
        stop = record_end(block, at, dialect)
        if stop is None and not ended and at > 0 and size - at < LONGEST_RECORD:
            break  # its end may be in what comes next
        closed = stop is not None
        if stop is None:
            found = block.find(b"\n", at)
            stop = size if found < 0 else found + 1
        raw = block[at:stop].removesuffix(b"\n").removesuffix(b"\r")
        if is_passed_over(raw, dialect):
            pass
        elif not closed:
            rejects.append(Reject(line, "a quote is opened and never closed", raw))
        else:
            fields = fields_of(raw, dialect)
            reason = _fault(raw, fields, dialect)
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


def record_end(block: bytes, at: int, dialect: Dialect) -> int | None:
    """Behind its line end; None where a quote that was opened is not closed here."""
    found = block.find(b"\n", at)
    stop = len(block) if found < 0 else found + 1
    if dialect.white or dialect.quote is None or dialect.quote.encode() not in block[at:stop]:
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


def _fault(raw: bytes, fields: list[str] | None, dialect: Dialect) -> str | None:
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
    if has_bare_return(raw, dialect):
        return "a carriage return within the line"
    if len(fields) != len(dialect.names):
        return f"{len(fields)} columns instead of {len(dialect.names)}"
    return None
