"""How a huge list is cut into segments. Pure.

A cut is a place in the list's order, nothing more: entries that come or go never make it wrong.
So the directory of cuts outlives changes, and a change costs the one segment it falls in. Numbers
are never used twice: what was kept for a segment that is no more can't be taken for another.
"""

from __future__ import annotations

import secrets
import struct
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from graph.adjacency.packing import Packed, packed, unpack
from graph.records import Links, Position

HEAD = 256  # every change of the newest costs a segment of this size, so it is small
SEGMENT = 4096  # older ones are merged up to this
MARK = b"D1 "

_BOUND = struct.Struct(">?qq")


class Segment(NamedTuple):
    number: int
    oldest: Position | None  # the last place that belongs to it; None: it reaches the list's end
    size: int  # entries when it was cut


@dataclass(frozen=True, slots=True)
class Directory:
    """Segments from the newest on, as far as anybody has walked."""

    nonce: str
    next: int
    segments: tuple[Segment, ...] = ()

    @property
    def complete(self) -> bool:
        return bool(self.segments) and self.segments[-1].oldest is None

    @property
    def size(self) -> int:
        return 300 + 150 * len(self.segments)

    def number(self, index: int) -> int:
        """The segment's; behind the last one, that of the segment to come."""
        return self.segments[index].number if index < len(self.segments) else self.next

    def newer_bound(self, index: int) -> Position | None:
        """What the segment's entries are strictly older than."""
        return self.segments[index - 1].oldest if index else None

    def holding(self, place: Position) -> int | None:
        """Which segment this place falls in; None behind the last one."""
        for index, segment in enumerate(self.segments):
            if segment.oldest is None or segment.oldest <= place:
                return index
        return None

    def following(self, after: Position | None) -> int | None:
        """Where the entries next older than `after` are, if a segment there is or may be made."""
        if after is None:
            return 0
        for index, segment in enumerate(self.segments):
            if segment.oldest is None or segment.oldest < after:
                return index
        return len(self.segments) if self.segments[-1].oldest == after else None

    def next_size(self) -> int:
        return min(SEGMENT, max(HEAD, sum(segment.size for segment in self.segments)))

    def extended(self, oldest: Position | None, size: int) -> Directory:
        added = Segment(self.next, oldest, size)
        return replace(self, next=self.next + 1, segments=(*self.segments, added))

    def split(self, index: int, cut: Position, size: int) -> Directory:
        newer = Segment(self.next, cut, size)
        older = Segment(self.next + 1, self.segments[index].oldest, size)
        segments = (*self.segments[:index], newer, older, *self.segments[index + 1 :])
        found = replace(self, next=self.next + 2, segments=segments)
        return found.merged() if index == 0 else found

    def merged(self) -> Directory:
        """No segment but the newest stays smaller than it may be.

        Two neighbours become one where it is no larger than all that is newer, so that an entry
        is read again a few times in its life and sizes grow from the newest on.
        """
        segments, next_ = list(self.segments), self.next
        newer, index = segments[0].size, 1
        while index + 1 < len(segments):
            size = segments[index].size + segments[index + 1].size
            if size <= min(SEGMENT, newer):
                segments[index : index + 2] = [Segment(next_, segments[index + 1].oldest, size)]
                next_ += 1
            else:
                newer += segments[index].size
                index += 1
        return replace(self, next=next_, segments=tuple(segments))

    def encode(self) -> bytes:
        """Text that a script of the cache can read: see forget.lua."""
        parts = [f"{self.nonce} {self.next}"]
        for number, oldest, size in self.segments:
            at, id = ("-", "-") if oldest is None else oldest
            parts.append(f"{number},{at},{id},{size}")
        return MARK + " ".join(parts).encode()


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment's entries, and the last place they cover."""

    entries: Packed
    oldest: Position | None

    @property
    def size(self) -> int:
        return self.entries.size + 100

    def encode(self) -> bytes:
        at, id = self.oldest or (0, 0)
        return _BOUND.pack(self.oldest is not None, at, id) + self.entries.data


def begun(links: Links) -> Directory:
    """The directory of a list that begins with these entries and goes on."""
    cut = Position(int(links.at[-1]), int(links.ids[-1]))
    return Directory(secrets.token_hex(4), 1, (Segment(0, cut, len(links)),))


def decode_directory(text: bytes) -> Directory | None:
    try:
        nonce, next_, first, *rest = text[len(MARK) :].decode().split(" ")
        return Directory(nonce, int(next_), tuple(map(_segment, (first, *rest))))
    except ValueError:
        return None


def decode_piece(data: bytes) -> Piece | None:
    if len(data) < _BOUND.size or (entries := unpack(data[_BOUND.size :])) is None:
        return None
    bounded, at, id = _BOUND.unpack_from(data)
    return Piece(entries, Position(at, id) if bounded else None)


def piece(links: Links, oldest: Position | None) -> Piece:
    return Piece(packed(links), oldest)


def cut(links: Links, count: int) -> tuple[Links, Position]:
    """The newest `count` entries, and where they end."""
    kept = Links(links.ids[:count].copy(), links.at[:count].copy())
    return kept, Position(int(kept.at[-1]), int(kept.ids[-1]))


def older_than(links: Links, after: Position | None) -> Links:
    if after is None:
        return links
    keep = (links.at < after.at) | ((links.at == after.at) & (links.ids < after.id))
    return _from(links, int(np.argmax(keep)) if keep.any() else len(links), len(links))


def newer_than(links: Links, before: Position | None) -> Links:
    if before is None:
        return links
    keep = (links.at > before.at) | ((links.at == before.at) & (links.ids > before.id))
    return _from(links, 0, int(np.count_nonzero(keep)))


def _from(links: Links, first: int, last: int) -> Links:
    return Links(links.ids[first:last], links.at[first:last])


def _segment(text: str) -> Segment:
    number, at, id, size = text.split(",")
    return Segment(int(number), None if at == "-" else Position(int(at), int(id)), int(size))
