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
NOTES = re.compile(rb"line [0-9]+: |file |rows that amity load gave back")
# Digits of a column's number.
LONGEST_PLACE = 5
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
    notes: bool = False  # whether lines that begin as ours do are ours

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


def is_passed_over(line: bytes, dialect: Dialect) -> bool:
    """A line, its end left out: empty, a comment, or a note of ours."""
    if not line or (dialect.white and not line.strip(b" \t")):
        return True
    if dialect.notes and is_note(line):
        return True
    return bool(dialect.comment) and line.startswith((dialect.comment or "").encode())


def is_note(line: bytes) -> bool:
    """Of ours: a row may begin with the same sign."""
    return line.startswith(NOTE) and NOTES.match(line, len(NOTE)) is not None


def unique_names(fields: Sequence[str]) -> tuple[str, ...]:
    """The second column of a name is called NAME#2, where no other is called so."""
    found: dict[str, None] = {}
    for name in fields:
        number, unique = 1, name
        while unique in found or (number > 1 and unique in fields):
            number += 1
            unique = f"{name}#{number}"
        found[unique] = None
    return tuple(found)


def place_of(column: str) -> int | None:
    """The place that a column is called by, from 1 on."""
    plain = column.removesuffix(MAYBE)
    is_number = plain.isascii() and plain.isdecimal() and len(plain) <= LONGEST_PLACE
    return int(plain) or None if is_number else None


def column_of(column: str, names: Sequence[str]) -> str | None:
    """By name, or by number from 1 on; empty where it may be missing, None where it may not.

    A name may end as those do that may be missing.
    """
    plain = column.removesuffix(MAYBE)
    for name in (column, plain):
        if name in names:
            return name
    place = place_of(column)
    if place is not None and place <= len(names):
        return names[place - 1]
    return None if plain == column else ""
