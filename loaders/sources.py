"""Files, globs, folders and standard input, as a list of sources, in the order of the mapping."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b, file_digest
from pathlib import Path

from loaders.chunks import SourceError
from loaders.delimited import Delimited
from loaders.headers import derived
from loaders.mapping import Edges, Mapping, Rule
from loaders.piped import STDIN, Pipe
from loaders.rejects import is_given_back, sections
from loaders.streams import Stream, Window, plain_name
from loaders.words import printable

Rank = tuple[int, bool]
BY_NAME = "rows that were given back are loaded by the name of their file"
NO_UTF8 = "is no UTF-8"
LOOKED_AT = 1 << 16
KINDS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
}


@dataclass(frozen=True, slots=True)
class Source:
    path: str
    name: str  # by which the mapping knows it: without what says how it is compressed
    rule: Rule
    size: int  # on disk; 0 where that is not known
    mark: str  # of its size and content: whether it is the same as before
    # Of rows that were given back: which part of the file is this source's.
    window: Window | None = None
    pipe: Pipe | None = None  # where it is standard input

    @property
    def kind(self) -> str:
        return self.rule.format.kind or KINDS.get(Path(self.name).suffix.lower(), "delimited")


class _LeftOut(Exception):
    """Why a file of a folder is none of its sources."""


def find_sources(words: list[str], mapping: Mapping) -> tuple[list[Source], dict[str, str]]:
    """Those that the mapping knows, nodes before their edges as its rules stand; and why the rest
    is left out."""
    asked: dict[str, bool] = {}  # by name, or because it is in a folder
    for word in words:
        try:
            paths = _paths(word)
        except OSError as error:
            raise SourceError(
                f"{error.filename or word} can't be read: {error.strerror}."
            ) from error
        asked |= {path: by_name for path, by_name in paths.items() if path not in asked}
    ranked: list[tuple[Rank, str, Source]] = []
    left: dict[str, str] = {}
    # Somebody may have to say something first: whatever else is wrong is told before.
    for path in sorted(asked, key=lambda path: path == STDIN):
        try:
            found = _sources(path, mapping, by_name=asked[path])
        except _LeftOut as reason:
            left[printable(path)] = f"{reason}"
            continue
        ranked += [(_rank(mapping, rule, source), path, source) for rule, source in found]
        if not found and asked[path]:
            raise SourceError(f"The mapping {mapping.name} has no rule for {path}.")
        if not found:
            left[path] = "the mapping has no rule for it"
    if not ranked:
        raise SourceError("There is nothing to load." if not left else _none(mapping, left))
    _complain_of_missing(mapping, ranked)
    return [source for _, _, source in sorted(ranked, key=lambda one: one[:2])], left


def _none(mapping: Mapping, left: Iterable[str]) -> str:
    first, *more = left
    return (
        f"The mapping {mapping.name} has no rule for any of the {len(more) + 1} files, as {first}."
    )


def _paths(word: str) -> dict[str, bool]:
    """Paths, each with whether it was asked for by name."""
    if word == STDIN:
        return {STDIN: True}
    path = Path(word)
    if path.is_dir():
        return dict.fromkeys(_within(path), False)
    if path.is_file():
        return {word: True}
    if path.exists():
        raise SourceError(f"{word} is no file; what comes through a pipe is read as `-`.")
    found = sorted(
        name
        for name in glob.glob(word, recursive=True)  # noqa: PTH207 - absolute patterns too
        if Path(name).is_file()
    )
    if not found:
        raise SourceError(f"{word} is not there.")
    return dict.fromkeys(found, True)


def _within(folder: Path) -> list[str]:
    """A folder that can't be read is told: half of what was meant is not what was meant."""

    def refuse(error: OSError) -> None:
        raise error

    return sorted(
        str(path)
        for above, _, names in os.walk(folder, onerror=refuse)
        for name in names
        if name[0] != "." and (path := Path(above, name)).is_file()
    )


def _rank(mapping: Mapping, rule: Rule, source: Source) -> Rank:
    """As the rules stand; under one rule, files of nodes before files of edges."""
    only_edges = all(isinstance(output, Edges) for output in source.rule.outputs)
    return mapping.rules.index(rule), only_edges


def _sources(path: str, mapping: Mapping, *, by_name: bool) -> list[tuple[Rule, Source]]:
    """One, or those whose rows were given back in this file; with the mapping's own rule."""
    try:
        path.encode()
    except UnicodeEncodeError:
        # Nothing that is kept of an import could hold it.
        if by_name:
            raise SourceError(f"{printable(path)} can't be read: its name {NO_UTF8}.") from None
        raise _LeftOut(f"its name {NO_UTF8}") from None
    name = plain_name(path)
    rule = mapping.rule(name)
    if path == STDIN:
        return [(rule, _piped(mapping, rule))] if rule else []
    try:
        with Path(path).open("rb") as file:
            head = file.read(LOOKED_AT)
            size = file.seek(0, 2)
            given_back = is_given_back(head)
            if given_back and not by_name:
                raise _LeftOut(BY_NAME)
            if rule is None and not given_back:
                return []
            file.seek(0)
            whole = file_digest(file, _new_digest).hexdigest()
    except OSError as error:
        raise SourceError(f"{path} can't be read: {error.strerror}.") from error
    # The beginning apart: earlier versions knew no more of it.
    mark = f"{size}-{_digest(head)}-{whole}-{mapping.digest}"
    if given_back:
        return _given_back(path, mapping, size, mark)
    assert rule is not None
    said = _derived(rule, mapping, path) if rule.derived else rule
    return [(rule, Source(path, name, said, size, mark))]


def _piped(mapping: Mapping, rule: Rule) -> Source:
    """Only its beginning is known beforehand."""
    if rule.derived:
        raise SourceError(f"The mapping {mapping.name} has to see a file's header first.")
    if rule.format.kind in ("parquet", "arrow"):
        raise SourceError("Parquet and Arrow are read from files, not from standard input.")
    pipe = Pipe()
    head = pipe.look(LOOKED_AT)
    if is_given_back(head):
        raise SourceError(f"What comes from standard input is no source: {BY_NAME}.")
    return Source(STDIN, STDIN, rule, 0, f"{STDIN}{_digest(head)}-{mapping.digest}", pipe=pipe)


def _new_digest() -> blake2b:
    return blake2b(digest_size=8)


def _digest(some: bytes) -> str:
    return blake2b(some, digest_size=8).hexdigest()


def _derived(rule: Rule, mapping: Mapping, path: str) -> Rule:
    """What this file's header says."""
    format = replace(rule.format, header=True)
    stream = Stream(path, format.encoding)
    try:
        names = Delimited(stream, format, ()).dialect.names
    finally:
        stream.close()
    return derived(replace(rule, format=format), names, mapping.source, path)


def _given_back(path: str, mapping: Mapping, size: int, mark: str) -> list[tuple[Rule, Source]]:
    found = []
    for name, form, window in sections(Path(path)):
        rule = mapping.rule(name)
        if rule is None:
            raise SourceError(f"The mapping {mapping.name} has no rule for {name}, as in {path}.")
        written = replace(rule, format=replace(rule.format, **form, notes=True))
        if rule.derived:
            written = derived(written, form.get("columns", ()), mapping.source, path)
        found.append((rule, Source(path, name, written, size, mark, window)))
    return found


def _complain_of_missing(mapping: Mapping, ranked: list[tuple[Rank, str, Source]]) -> None:
    """Half a data set is seldom meant: what may be left out says so."""
    if any(source.window for _, _, source in ranked):
        return
    used = {number for (number, _), _, _ in ranked}
    for number, rule in enumerate(mapping.rules):
        if number not in used and not rule.optional:
            wanted = ", ".join(rule.match)
            raise SourceError(f"No file fits {wanted}, which the mapping {mapping.name} wants.")


def batch_name(mapping: Mapping, sources: list[Source]) -> str:
    """The same command on the same files is the same batch."""
    digest = blake2b(digest_size=4)
    for source in sources:
        digest.update(f"{source.path}\0{source.mark}\0".encode())
    return f"{mapping.name}-{digest.hexdigest()}"
