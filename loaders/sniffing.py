"""What a text is, by its beginning: its delimiter, whether it has a header, its columns. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from loaders.chunks import Place
from loaders.dialects import Dialect, fields_of, is_passed_over, place_of, unique_names
from loaders.formats import WHITESPACE
from loaders.mapping import MAYBE, Format
from loaders.records import record_end

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
HEADER_WORDS = frozenset(
    {"who", "whom", "source", "target", "src", "dst", "from", "to", "id", "id_1", "id_2"}
    | {"follower", "followed", "followee", "following", "friend", "friend1", "friend2"}
    | {"user", "user_id", "userid", "user1", "user2", "node_1", "node_2"}
    | {"fromnodeid", "tonodeid", "start", "end"}
)
SAMPLE = 100  # lines that are looked at
LOOKED_AT = 1 << 16  # bytes in which a delimiter is sought
SNIFFED = (b"\t", b"|", b",", b";", b" ")


def dialect_of(beginning: bytes, number: int, format: Format, columns: Sequence[str]) -> Dialect:
    """Of a text that begins so, at the line of this number; `columns` are the mapping's."""
    delimiter = format.delimiter or _sniffed(beginning, format)
    begins = Place(0, number)
    draft = Dialect(delimiter, format.quote, format.comment, (), begins, b"", format.notes)
    at = _next(beginning, 0, draft)
    begins = Place(at, number + beginning.count(b"\n", 0, at))
    stop = _end(beginning, at, draft)
    first = _record(beginning[at:stop])
    fields = fields_of(first, draft)
    sample: list[list[str]] = []
    behind = stop
    while len(sample) < SAMPLE and (behind := _next(beginning, behind, draft)) < len(beginning):
        end = _end(beginning, behind, draft)
        sample.append(fields_of(_record(beginning[behind:end]), draft) or [])
        behind = end
    if _has_header(format, fields or [], sample, columns):
        words = fields or fields_of(first.decode("utf-8", "replace").encode(), draft) or []
        names = unique_names([word.strip() for word in format.columns or words])
        begins = Place(stop, begins.line + beginning.count(b"\n", at, stop))
        return replace(draft, names=names, begins=begins, head=first)
    width = _width([fields or [], *sample], columns)
    names = unique_names(format.columns) or tuple(str(place) for place in range(1, width + 1))
    return replace(draft, names=names, begins=begins)


def _next(text: bytes, at: int, draft: Dialect) -> int:
    """Where the next record begins."""
    while at < len(text):
        stop = _line_end(text, at)
        if not is_passed_over(_record(text[at:stop]), draft):
            break
        at = stop
    return at


def _end(text: bytes, at: int, draft: Dialect) -> int:
    """Behind a record; where a quote is not closed here, behind its line."""
    return record_end(text, at, draft) or _line_end(text, at)


def _line_end(text: bytes, at: int) -> int:
    return text.find(b"\n", at) + 1 or len(text)


def _record(line: bytes) -> bytes:
    return line.removesuffix(b"\n").removesuffix(b"\r")


def _width(rows: Sequence[list[str]], columns: Sequence[str]) -> int:
    """What most have: the first may be the one that is wrong."""
    usual = Counter(len(row) for row in rows if row).most_common(1)
    wanted = [place_of(column) or 0 for column in columns if not column.endswith(MAYBE)]
    return max(usual[0][0] if usual else 0, *wanted, 0)


def _sniffed(beginning: bytes, format: Format) -> str:
    """The delimiter that the first line has, outside of quotes."""
    plain = Dialect(",", None, format.comment, (), Place(), b"", format.notes)
    at = _next(beginning, 0, plain)
    while at < len(beginning) and not beginning[at : _line_end(beginning, at)].strip():
        at = _next(beginning, _line_end(beginning, at), plain)
    text = beginning[at : at + LOOKED_AT]
    if format.quote is not None:
        quote = re.escape(format.quote.encode())
        quoted = rb"(?<![^\t|,; \n])%b(?:[^%b]|%b%b)*%b(?=[\t|,; \r\n]|$)" % ((quote,) * 5)
        text = re.sub(quoted, b"", text)
    line = text.partition(b"\n")[0]
    for one in SNIFFED:
        if one in line:
            return WHITESPACE if one == b" " else one.decode()
    return ","


def _has_header(
    format: Format, first: list[str], rows: Sequence[list[str]], columns: Sequence[str]
) -> bool:
    if format.header is not None:
        return format.header
    if any(place_of(column) is None for column in columns):
        return not format.columns
    if not first:
        return False
    if all(word.strip().lower() in HEADER_WORDS for word in first):
        return True
    has_numbers = [all(NUMBER.fullmatch(word) for word in row) for row in rows if row]
    return any(has_numbers) and all(has_numbers) and not any(map(NUMBER.fullmatch, first))
