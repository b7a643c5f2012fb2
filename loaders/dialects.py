"""How text with a record a line is written: what stands between fields, and around them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from loaders.chunks import Place
from loaders.formats import WHITESPACE
from loaders.mapping import MAYBE

# What a file of ours that gives rows back says beside them.
NOTE = b"#! "
# What any amount of white space is: all else may stand within a field.
BLANKS = re.compile(r"[ \t]+")


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


def fields_of(raw: bytes, dialect: Dialect) -> list[str] | None:
    """None where it is no text, or not quoted as it should be."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if dialect.white:
        return BLANKS.split(text.strip(" \t")) if text.strip(" \t") else []
    if dialect.quote is None or dialect.quote not in text:
        return text.split(dialect.delimiter)
    try:
        return [field for field, _ in _cut(text, dialect.quote, dialect.delimiter)]
    except ValueError:
        return None


def has_bare_return(raw: bytes, dialect: Dialect) -> bool:
    """Whether a carriage return stands outside of quotes, in what has fields."""
    if b"\r" not in raw or dialect.white or dialect.quote is None:
        return b"\r" in raw
    cut = _cut(raw.decode("utf-8"), dialect.quote, dialect.delimiter)
    return any("\r" in field and not quoted for field, quoted in cut)


def _cut(text: str, quote: str, delimiter: str) -> Iterator[tuple[str, bool]]:
    """Fields, and whether they are quoted. Raises ValueError where a quote is out of place."""
    at = 0
    while True:
        if text[at : at + 1] == quote:
            stop = at + 1
            while True:
                stop = text.index(quote, stop)
                if text[stop + 1 : stop + 2] != quote:
                    break
                stop += 2
            yield text[at + 1 : stop].replace(quote * 2, quote), True
            at = stop + 1
            if at < len(text) and text[at] != delimiter:
                raise ValueError("behind a quote")
        else:
            stop = text.find(delimiter, at)
            yield text[at : stop if stop >= 0 else len(text)], False
            at = stop if stop >= 0 else len(text)
        if at >= len(text):
            return
        at += 1


def _blank(line: bytes) -> bool:
    return not line.strip(b" \t\r\n") if len(line) < 4096 else False


def is_passed_over(line: bytes, comment: bytes | None) -> bool:
    return _blank(line) or line.startswith(NOTE) or bool(comment and line.startswith(comment))


def unique_names(fields: Sequence[str]) -> tuple[str, ...]:
    """The second column of a name is called NAME#2."""
    seen: dict[str, int] = {}
    found = []
    for name in (field.strip() for field in fields):
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return tuple(found)


def column_of(column: str, names: Sequence[str]) -> str | None:
    """By name, or by number from 1 on; empty where it may be missing, None where it may not."""
    maybe, column = column.endswith(MAYBE), column.removesuffix(MAYBE)
    if column in names:
        return column
    if maybe:
        return ""
    if column.isdigit() and 1 <= int(column) <= len(names):
        return names[int(column) - 1]
    return None
