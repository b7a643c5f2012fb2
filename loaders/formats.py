"""What a mapping says of how files are written."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

from loaders.mapping import Format
from loaders.streams import LENIENT
from loaders.words import Word, named

KINDS = ("delimited", "jsonl", "parquet", "arrow")
DELIMITERS = {"comma": ",", "tab": "\t", "pipe": "|", "semicolon": ";", "space": " "}
WHITESPACE = "whitespace"
# A byte order mark says more, where there is one.
WITHOUT_MARK = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}
FORMAT = ("kind", "delimiter", "header", "columns", "comment", "quote", "encoding")


def format_of(*words: Word | None) -> Format:
    """What all files have in common, and what this one says besides."""
    parts: dict[str, Word] = {}
    for word in words:
        parts |= word.table(FORMAT) if word is not None else {}
    read: dict[str, Callable[[Word], Any]] = {
        "kind": lambda word: named(word, KINDS, "format"),
        "delimiter": _delimiter,
        "header": lambda word: word.flag(),
        "columns": lambda word: tuple(one.text() for one in word.list()),
        "comment": lambda word: word.text(),
        "quote": lambda word: None if word.value in (False, None) else _one_character(word),
        "encoding": _encoding,
    }
    return Format(**{name: read[name](part) for name, part in parts.items()})


def _delimiter(word: Word) -> str:
    text = word.text()
    return text if text == WHITESPACE else DELIMITERS.get(text) or _one_character(word)


def _one_character(word: Word) -> str:
    if len(word.text()) != 1 or not word.text().isascii():
        word.wrong("one plain character is wanted here.")
    return word.text()


def _encoding(word: Word) -> str:
    """One that can be read piece by piece, whatever is wrong with the bytes."""
    try:
        "a,1".encode(word.text())
        name = codecs.lookup(word.text()).name
        name = WITHOUT_MARK.get(name, name)
        codecs.getincrementaldecoder(name)(LENIENT).decode(bytes(range(256)), True)
    except (LookupError, ValueError, TypeError):
        word.wrong(f'"{word.text()}" is no encoding of text that Python knows.')
    return name
