"""Bytes from files, however compressed, in pieces, with the place in what is on disk."""

from __future__ import annotations

import codecs
import gzip
import io
import lzma
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol, cast

from loaders.chunks import SourceError
from loaders.piped import NAME, Pipe, Seen

MAGIC = {b"\x1f\x8b": "gz", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zst"}
LONGEST_MAGIC = max(len(magic) for magic in MAGIC)
SUFFIXES = (".gz", ".xz", ".zst")
# Bytes that stand before text: an encoding says itself.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as the next one does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LENIENT = "amity-lenient"
BROKEN = (EOFError, OSError, lzma.LZMAError, zlib.error)


class Binary(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class Window(NamedTuple):
    """A part of a file."""

    first: int
    size: int
    line: int  # of its first line within the file


class Stream:
    """Uncompressed bytes, from the beginning; `position` is how far into the file that is."""

    def __init__(
        self, path: str, encoding: str, window: Window | None = None, pipe: Pipe | None = None
    ) -> None:
        self._name = NAME if pipe else path
        self._pipe = pipe
        self.seen = Seen() if pipe else None
        self._file = io.BufferedReader(pipe) if pipe else _open(path)
        self._left: int | None = None
        head = pipe.look(LONGEST_MAGIC) if pipe else _head(self._file)
        self._inner = cast(Binary, _uncompressed(self._file, head))
        # Only what was imported for this file can fail here.
        self._failures = BROKEN + _foreign()
        self._ahead = b""  # looked at, and not decoded
        self._text = b""  # decoded, and more than was asked for
        self._decoder: codecs.IncrementalDecoder | None = None
        if window is None:
            try:
                self._decode(encoding)
            except SourceError:
                self.close()
                raise
        else:
            # Rows that were given back: plain, in UTF-8.
            self._file.seek(window.first)
            self._left = window.size

    def read(self, size: int) -> bytes:
        """Up to so many bytes of UTF-8, and never more, for places are counted in them; empty at
        the end. Raises SourceError where the file is broken."""
        text = self._text or self._decoded(size)
        found, self._text = text[:size], text[size:]
        if self.seen:
            self.seen.add(found)
        return found

    def _decoded(self, size: int) -> bytes:
        found, self._ahead = self._ahead or self._read(size), b""
        if self._decoder is None:
            return found
        text = self._decoder.decode(found, not found)
        while found and not text:
            found = self._read(size)
            text = self._decoder.decode(found, not found)
        return text.encode("utf-8", "surrogateescape")

    def skip(self, size: int) -> None:
        while size > 0:
            found = self.read(min(size, 1 << 20))
            if not found:
                raise SourceError(f"{self._name} is shorter than it was.")
            size -= len(found)
            self.fold()

    def fold(self) -> None:
        """What was read so far stands before the next place that anybody asks for."""
        if self.seen:
            self.seen.fold()

    @property
    def position(self) -> int:
        return self._file.tell() if self._pipe is None else 0

    def close(self) -> None:
        if self._pipe is None:
            self._file.close()

    def _read(self, size: int) -> bytes:
        if self._left is not None:
            size = min(size, self._left)
        try:
            found = self._inner.read(size)
        except self._failures as error:
            raise SourceError(f"{self._name} is cut off or damaged: {error}") from error
        if self._left is not None:
            self._left -= len(found)
        return found

    def _decode(self, encoding: str) -> None:
        head = self._read(4)
        for mark, name in MARKS:
            if head.startswith(mark):
                encoding, head = name, head[len(mark) :]
                break
        self._ahead = head
        if codecs.lookup(encoding).name != "utf-8":
            # What can't be read becomes bytes that are no UTF-8: its row is given back.
            self._decoder = codecs.getincrementaldecoder(encoding)(LENIENT)


def _lenient(error: UnicodeError) -> tuple[str | bytes, int]:
    """As "surrogateescape" does. Of half a character of several bytes it can't keep every one."""
    try:
        return codecs.lookup_error("surrogateescape")(error)
    except UnicodeDecodeError as lost:
        return "\udcff", lost.end


codecs.register_error(LENIENT, _lenient)


def _open(path: str) -> IO[bytes]:
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise SourceError(f"{path} can't be read: {error.strerror}.") from error


def _head(file: IO[bytes]) -> bytes:
    head = file.read(LONGEST_MAGIC)
    file.seek(0)
    return head


def _uncompressed(file: IO[bytes], head: bytes) -> object:
    kind = next((name for magic, name in MAGIC.items() if head.startswith(magic)), None)
    return file if kind is None else _OPENERS[kind](file)


class _Zst:
    """Frames after one another. The library's own reader takes one that is cut off for its end."""

    def __init__(self, file: Any) -> None:
        import zstandard

        self._file = file
        self._new = zstandard.ZstdDecompressor().decompressobj
        self._frame = self._new()
        self._begun = False
        self._ready = b""

    def read(self, size: int = -1, /) -> bytes:
        while not self._ready:
            piece = self._frame.unused_data if self._frame.eof else b""
            piece = piece or self._file.read(1 << 16)
            if not piece:
                if self._begun and not self._frame.eof:
                    raise EOFError("it ends within a frame")
                return b""
            if self._frame.eof:
                self._frame = self._new()
            self._begun = True
            self._ready = self._frame.decompress(piece)
        found, self._ready = self._ready[:size], self._ready[size:]
        return found


_OPENERS: dict[str, Callable[[object], object]] = {
    "gz": lambda file: gzip.GzipFile(fileobj=file),  # type: ignore[call-overload]
    "xz": lambda file: lzma.LZMAFile(file),  # type: ignore[arg-type]  # noqa: SIM115
    "zst": _Zst,
}


def _foreign() -> tuple[type[Exception], ...]:
    zstandard = sys.modules.get("zstandard")
    return (zstandard.ZstdError,) if zstandard else ()


def plain_name(path: str) -> str:
    """Without what says how it is compressed."""
    for suffix in SUFFIXES:
        if path.lower().endswith(suffix):
            return path[: -len(suffix)]
    return path
