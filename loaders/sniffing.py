"""What a text is, by its beginning: its delimiter, whether it has a header, its columns. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from loaders.chunks import Place
from loaders.dialects import Dialect, fields_of, is_passed_over, unique_names
from loaders.formats import WHITESPACE
from loaders.mapping import Format

NUMBER = re.compile(r"-?\d+(\.\d+)?")
HEADER_WORDS = frozenset(
    {"who", "whom", "source", "target", "src", "dst", "from", "to", "id", "id_1", "id_2"}
    | {"follower", "followed", "followee", "following", "friend", "friend1", "friend2"}
    | {"user", "user_id", "userid", "user1", "user2", "node_1", "node_2"}
    | {"fromnodeid", "tonodeid", "start", "end"}
)
SAMPLE = 100  # lines that are looked at
SNIFFED = (b"\t", b"|", b",", b";", b" ")


def dialect_of(beginning: bytes, number: int, format: Format, columns: Sequence[str]) -> Dialect:
    """Of a text that begins so, at the line of this number; `columns` are the mapping's."""
    lines, at, skipped = beginning.split(b"\n", 4_000)[:4_000], 0, 0
    comment = format.comment.encode() if format.comment else None
    while lines and is_passed_over(lines[0], comment):
        at, skipped = at + len(lines.pop(0)) + 1, skipped + 1
    first = lines[0].rstrip(b"\r") if lines else b""
    delimiter = format.delimiter or _sniffed(first)
    draft = Dialect(
        delimiter,
        format.quote,
        format.comment,
        (),
        Place(min(at, len(beginning)), skipped + number),
        b"",
    )
    fields = fields_of(first, draft) or []
    sample = [
        fields_of(line.rstrip(b"\r"), draft) or []
        for line in lines[1:SAMPLE]
        if not is_passed_over(line, comment)
    ]
    second = next(iter(sample), [])
    if _has_header(format, fields, second, columns):
        names = unique_names(format.columns or fields)
        begins = Place(
            min(at + len(lines[0] if lines else b"") + 1, len(beginning)),
            skipped + number + 1,
        )
        return Dialect(delimiter, format.quote, format.comment, names, begins, first)
    width = _width([fields, *sample], columns)
    names = format.columns or tuple(str(number) for number in range(1, width + 1))
    return Dialect(delimiter, format.quote, format.comment, tuple(names), draft.begins, b"")


def _width(rows: Sequence[list[str]], columns: Sequence[str]) -> int:
    """What most have: the first may be the one that is wrong."""
    usual = Counter(len(row) for row in rows if row).most_common(1)
    return max(usual[0][0] if usual else 0, *(int(c) for c in columns if c.isdigit()), 0)


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
