"""Rows that are given back: as they stood, each under a line that says where it was and why.

The file is one that can be loaded again, with the same mapping, once its rows are repaired. It
has a section for each source, which begins with that source's name and its header.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import orjson

from loaders.chunks import Reject, SourceError
from loaders.dialects import NOTE, is_note
from loaders.formats import WHITESPACE
from loaders.streams import Window

TITLE = NOTE + b"rows that amity load gave back; mend them and load this file in the same way"
SECTION = NOTE + b"file "


class Rejects:
    """Nothing is made before there is something to write."""

    def __init__(self, path: Path, size: int = 0) -> None:
        """`size`: how much of the file is known to be right; the rest is cut off."""
        self.path = path
        self.size = size
        self._section: str | None = None
        self._file: IO[bytes] | None = None
        if size and not path.exists():
            raise SourceError(f"{path} is gone: it has rows that were given back. Use --restart.")

    def write(
        self, source: str, form: Mapping[str, Any], header: bytes, rejects: Sequence[Reject]
    ) -> None:
        if not rejects:
            return
        with self._told():
            self._write(self._open(), source, form, header, rejects)

    def _write(
        self,
        file: IO[bytes],
        source: str,
        form: Mapping[str, Any],
        header: bytes,
        rejects: Sequence[Reject],
    ) -> None:
        if self._section != source:
            file.write(SECTION + orjson.dumps({"name": source, **form}) + b"\n")
            file.write(header + b"\n" if header else b"")
            self._section = source
        for reject in rejects:
            reason = reject.reason.replace("\n", " ")
            file.write(NOTE + f"line {reject.line}: {reason}\n".encode())
            file.write(reject.raw + b"\n")
        self.size = file.tell()

    def keep(self) -> None:
        """On the disk, before the checkpoint says so."""
        if self._file is not None:
            with self._told():
                self._file.flush()
                os.fsync(self._file.fileno())

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SourceError(f"{self.path} can't be written: {error.strerror}.") from error

    def _open(self) -> IO[bytes]:
        if self._file is None:
            self._file = self.path.open("r+b" if self.size else "wb")
            self._file.truncate(self.size)
            self._file.seek(self.size)
            if not self.size:
                self._file.write(TITLE + b"\n")
        return self._file


def is_given_back(head: bytes) -> bool:
    """Whether a file that begins so has rows that were given back, whatever saved it since."""
    return head.removeprefix(codecs.BOM_UTF8).startswith(TITLE)


def place_fault(path: Path, read: Iterable[str | int]) -> str | None:
    """Why rows can't be given back there: it is among the files that are read, or has something
    else in it. What was given back before may stand there."""
    try:
        str(path).encode()
        if path.is_dir():
            return "it is a folder"
        if not path.is_file():
            return None
        mine = path.stat()
        if any(os.path.samestat(mine, stat) for one in read if (stat := _stat(one)) is not None):
            return "it is one of the files that are read"
        with path.open("rb") as file:
            head = file.read(len(codecs.BOM_UTF8) + len(TITLE))
    except UnicodeEncodeError:
        return "its name is no UTF-8"
    except OSError as error:
        return f"it can't be read, {error.strerror}"
    return None if not head or is_given_back(head) else "there is something else in it"


def _stat(one: str | int) -> os.stat_result | None:
    """Of a path, or of what is open."""
    if isinstance(one, int):
        return os.fstat(one)
    return Path(one).stat() if Path(one).exists() else None


def sections(path: Path) -> Iterator[tuple[str, dict[str, Any], Window]]:
    """What is in such a file: the source's name, how its rows are written, and where they are."""
    found: list[tuple[str, dict[str, Any], int, int]] = []
    at = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            at += len(line)
            if line.startswith(SECTION):
                found.append((*_told(path, number, line), at, number + 1))
            elif not found and line.strip() and not is_note(line.removeprefix(codecs.BOM_UTF8)):
                raise SourceError(f"{path}, line {number} is a row under the name of no file.")
    for (name, form, first, number), last in zip(found, _ends(found, at), strict=True):
        yield name, form, Window(first, last - first, number)


def _told(path: Path, number: int, line: bytes) -> tuple[str, dict[str, Any]]:
    try:
        form = orjson.loads(line[len(SECTION) :])
    except orjson.JSONDecodeError:
        form = None
    if not isinstance(form, dict) or not isinstance(form.get("name"), str):
        raise SourceError(f"{path}, line {number} does not say which file it is about.")
    name = form.pop("name")
    for word, value in form.items():
        if word not in FORM or not FORM[word](value):
            raise SourceError(f"{path}, line {number} does not say how rows are written: {word}.")
    return name, {key: tuple(v) if isinstance(v, list) else v for key, v in form.items()}


def _is_delimiter(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and (len(value) == 1 or value == WHITESPACE)


def _are_columns(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


# What a section says of how its rows are written.
FORM: Mapping[str, Callable[[Any], bool]] = {
    "kind": lambda value: value == "jsonl",
    "delimiter": _is_delimiter,
    "header": lambda value: isinstance(value, bool),
    "columns": _are_columns,
}


def _ends(found: list[tuple[str, dict[str, Any], int, int]], size: int) -> list[int]:
    """Each section reaches to the line that begins the next one."""
    return [first for _, _, first, _ in found[1:]] + [size]
