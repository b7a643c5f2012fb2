"""What a mapping says of how files are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loaders.mapping import Format
from loaders.words import Word, named

KINDS = ("delimited", "jsonl", "parquet", "arrow")
DELIMITERS = {"comma": ",", "tab": "\t", "pipe": "|", "semicolon": ";", "space": " "}
WHITESPACE = "whitespace"
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
    try:
        "".encode(word.text())
    except LookupError:
        word.wrong(f'"{word.text()}" is no encoding that Python knows.')
    return word.text()
