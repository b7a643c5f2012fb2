"""Standard input: read once, from its beginning, and given up when somebody asks to stop.

What stood before a place can't be looked at again, so a place in it has a digest of that.
"""

from __future__ import annotations

import io
import os
import select
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b

from loaders.chunks import Chunk, Place, SourceError

STDIN = "-"
NAME = "Standard input"


class GivenUp(Exception):
    """Nobody waits for the rest any more."""


class Pipe(io.RawIOBase):
    """One for the whole process. What is looked at is read all the same."""

    def __init__(self) -> None:
        try:
            self._from = sys.stdin.fileno()
        except (AttributeError, ValueError) as error:
            raise SourceError("There is no standard input.") from error
        self._woken, self._waker = os.pipe()
        self._ahead = b""
        self._ended = False  # a terminal would go on

    def look(self, size: int) -> bytes:
        """Its first bytes: fewer only where it has no more."""
        while len(self._ahead) < size and (found := self._read(size - len(self._ahead))):
            self._ahead += found
        return self._ahead[:size]

    def give_up(self) -> None:
        """Also of somebody who waits for it, in another thread."""
        os.write(self._waker, b"!")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        size = len(buffer)
        found, self._ahead = self._ahead[:size], self._ahead[size:]
        found = found or self._read(size)
        buffer[: len(found)] = found
        return len(found)

    def _read(self, size: int) -> bytes:
        if self._ended:
            return b""
        ready, _, _ = select.select([self._from, self._woken], [], [])
        if self._woken in ready:
            raise GivenUp
        try:
            found = os.read(self._from, size)
        except OSError as error:
            raise SourceError(f"{NAME} can't be read: {error.strerror}.") from error
        self._ended = not found
        return found


class Seen:
    """A digest of what was read, up to a place that comes later than the one before."""

    def __init__(self) -> None:
        self._digest = blake2b(digest_size=16)
        self._until = 0
        self._pieces: deque[bytes] = deque()  # read since

    def add(self, piece: bytes) -> None:
        self._pieces.append(piece)

    def fold(self) -> None:
        """All of it stands before whatever is asked for next: nothing has to be kept."""
        while self._pieces:
            self._until += len(self._pieces[0])
            self._digest.update(self._pieces.popleft())

    def until(self, offset: int) -> str:
        while self._until < offset and self._pieces:
            piece = self._pieces.popleft()
            wanted, rest = piece[: offset - self._until], piece[offset - self._until :]
            self._digest.update(wanted)
            self._until += len(wanted)
            if rest:
                self._pieces.appendleft(rest)
        return self._digest.hexdigest()


def other_input() -> SourceError:
    return SourceError(
        f"{NAME} is not what this import began with: use --restart, or another --batch."
    )


def from_place(place: Place, chunks: Iterator[Chunk], seen: Seen) -> Iterator[Chunk]:
    """Chunks that end at places with a digest; none where `place` was one in something else."""
    chunk = next(chunks, None)
    if place.digest and seen.until(place.offset) != place.digest:
        raise other_input()
    while chunk is not None:
        yield replace(chunk, end=chunk.end._replace(digest=seen.until(chunk.end.offset)))
        chunk = next(chunks, None)
