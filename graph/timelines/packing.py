"""A timeline's entries as bytes: when, which post, whose. Pure.

Big-endian, so that two entries compare as their places do: by time, then by id.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from graph.records import Ids, Position, Posted

ENTRY = struct.Struct(">qqI")
PLACE = struct.Struct(">qq")
TIME = struct.Struct(">q")
# How entries and markers look to numpy; both are read as they come from the cache.
ENTRIES = np.dtype([("at", ">i8"), ("id", ">i8"), ("author", ">u4")])

# Older than every post: times are never negative.
BEFORE_ALL = Position(0, 0)


class Marker(NamedTuple):
    """What stands at a timeline's end once it is whole."""

    floor: Position  # everything newer than this place is there
    built_at: int  # when the graph was asked (epoch ms)


def pack_entry(at: int, id: int, author: int) -> bytes:
    return ENTRY.pack(at, id, author)


def pack_entries(posted: Posted) -> bytes:
    rows = np.empty(len(posted), ENTRIES)
    rows["at"], rows["id"], rows["author"] = posted.at, posted.ids, posted.authors
    return rows.tobytes()


def unpack_entries(data: bytes) -> Posted:
    """Newest first, each post once."""
    rows = np.frombuffer(data, ENTRIES)
    return newest_first(
        Posted(
            rows["id"].astype(np.int64),
            rows["at"].astype(np.int64),
            rows["author"].astype(np.int64),
        )
    )


def pack_people(people: Ids) -> bytes:
    """Four bytes each, as in lists."""
    return people.astype(">u4").tobytes()


def pack_place(place: Position) -> bytes:
    return PLACE.pack(*place)


def read_marker(data: bytes) -> Marker:
    return Marker(Position(*PLACE.unpack_from(data, 1)), *TIME.unpack_from(data, 1 + PLACE.size))


def newest_first(posted: Posted) -> Posted:
    """Sorted by (time, id), each post once: a push may have been made twice."""
    order = np.lexsort((-posted.ids, -posted.at))
    ids = posted.ids[order]
    if len(ids) > 1:
        order = order[np.r_[True, ids[1:] != ids[:-1]]]
    return Posted(posted.ids[order], posted.at[order], posted.authors[order])


def together(parts: Iterable[Posted]) -> Posted:
    """Several as one, newest first, each post once."""
    parts = list(parts)
    return newest_first(
        Posted(
            np.concatenate([part.ids for part in parts]),
            np.concatenate([part.at for part in parts]),
            np.concatenate([part.authors for part in parts]),
        )
        if parts
        else nothing_posted()
    )


def nothing_posted() -> Posted:
    nobody = np.empty(0, np.int64)
    return Posted(nobody, nobody, nobody)


def newer_part(posted: Posted, floor: Position) -> Posted:
    """What is strictly newer than a place."""
    keep = (posted.at > floor.at) | ((posted.at == floor.at) & (posted.ids > floor.id))
    return Posted(posted.ids[keep], posted.at[keep], posted.authors[keep])


def older_part(posted: Posted, before: Position | None) -> Posted:
    """What is strictly older than a place."""
    if before is None:
        return posted
    keep = (posted.at < before.at) | ((posted.at == before.at) & (posted.ids < before.id))
    return Posted(posted.ids[keep], posted.at[keep], posted.authors[keep])
