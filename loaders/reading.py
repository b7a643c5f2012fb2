"""A source as chunks, whatever it is written in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from loaders.chunks import Chunk, Place
from loaders.delimited import Delimited
from loaders.piped import from_place
from loaders.planning import bound
from loaders.sources import Source
from loaders.streams import Stream


class Reader(Protocol):
    names: Mapping[str, str]  # the mapping's column → the file's
    form: Mapping[str, Any]  # how rows that are given back are written, as a mapping says it
    head: bytes  # what stands before them

    def chunks(self, place: Place) -> Iterator[Chunk]: ...

    @property
    def position(self) -> int:
        """How far into what is on disk."""
        ...

    def close(self) -> None: ...


def open_source(source: Source) -> Reader:
    if source.kind == "jsonl":
        from loaders.jsonl import JsonLines

        return JsonLines(source)
    if source.kind in ("parquet", "arrow"):
        from loaders.tables import Tables

        return Tables(source)
    return Text(source)


def look_at(sources: Sequence[Source]) -> None:
    """One of each rule, before anything is written: it is there and has the columns wanted."""
    firsts = {source.rule.line: source for source in reversed(sources)}
    for source in firsts.values():
        if source.pipe is None:
            open_source(source).close()


class Text:
    """Delimited text."""

    def __init__(self, source: Source) -> None:
        rule = source.rule
        self._stream = Stream(source.path, rule.format.encoding, source.window, source.pipe)
        try:
            self._delimited = Delimited(
                self._stream,
                source.rule.format,
                source.rule.columns,
                source.window.line if source.window else 1,
            )
            dialect = self._delimited.dialect
            self.names: Mapping[str, str] = bound(source.rule, dialect.names, source.path)
        except BaseException:
            self._stream.close()
            raise
        self.head = dialect.head
        self.form: Mapping[str, Any] = {
            "delimiter": dialect.delimiter,
            "header": bool(dialect.head),
            "columns": dialect.names,
        }

    def chunks(self, place: Place) -> Iterator[Chunk]:
        chunks, seen = self._delimited.chunks(place), self._stream.seen
        return from_place(place, chunks, seen) if seen else chunks

    @property
    def position(self) -> int:
        return self._stream.position

    def close(self) -> None:
        self._stream.close()
