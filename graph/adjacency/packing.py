"""A list as bytes: ids and exact times apart, so that ids are read without touching times. Pure.

Ids take as many whole bytes as the largest needs. Times are kept as Elias and Fano did: each
difference to the oldest is cut in two, the low bits stand side by side, the high ones in unary.
It costs at most 2 bits more than log2(span / entries) an entry, however unevenly they are spread,
where differences in blocks pay for the widest of each block.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.records import Ids, Links, Times

VERSION = 1
# version, bytes an id, low bits of a time, then in two parts each (every byte counts in a short
# list): entries (3 bytes), the top of the high bits (3), the oldest time (6)
_HEAD = struct.Struct("<BBBHBHBIh")
_SLACK = b"\0" * 8  # times are read eight bytes at a time

# Shifts of a time's low part start at any of 8 bits within 64.
MAX_LOW_BITS = 56
# The top of the high bits is at most twice as many, and has three bytes.
MAX_ENTRIES = 1 << 23


class Packed:
    """A list newest first, its ids decoded and read-only, its times decoded when asked for."""

    __slots__ = ("_sorted", "data", "ids")

    def __init__(self, data: bytes, ids: Ids) -> None:
        self.data = data
        self.ids = ids
        self._sorted: Ids | None = None

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def ascending(self) -> Ids:
        if self._sorted is None:
            self._sorted = read_only(np.sort(self.ids))
        return self._sorted

    @property
    def at(self) -> Times:
        return _times(self.data)

    @property
    def links(self) -> Links:
        return Links(self.ids, self.at)

    @property
    def size(self) -> int:
        """Bytes it holds in this process, both orders included."""
        return len(self.data) + 16 * len(self.ids) + 300


def pack(links: Links) -> bytes:
    """Raises ValueError for a list that is not newest first, or can't be packed at all."""
    count = len(links.ids)
    if count >= MAX_ENTRIES:
        raise ValueError("a list of millions is kept in segments")
    if count == 0:
        return _head(2, 0, 0, 0, 0)
    width = _width(int(links.ids.max()))
    if int(links.ids.min()) < 0:
        raise ValueError("ids are not negative")
    oldest = int(links.at[-1])
    rising = links.at[::-1] - oldest
    if np.any(np.diff(rising) < 0):
        raise ValueError("a list is packed newest first")
    low = min(MAX_LOW_BITS, max(0, (int(rising[-1]) // count).bit_length() - 1))
    high = rising >> low
    head = _head(width, low, count, int(high[-1]), oldest)
    return head + _pack_ids(links.ids, width) + _pack_low(rising, low) + _pack_high(high)


def unpack(data: bytes) -> Packed | None:
    return unpack_many([data])[0]


def unpack_many(datas: Sequence[bytes]) -> list[Packed | None]:
    """Many lists with a few array operations; None for what is foreign, old or cut short."""
    found: list[Packed | None] = [None] * len(datas)
    by_width: dict[int, list[tuple[int, int]]] = {}
    for at, data in enumerate(datas):
        if (shape := _shape(data)) is not None:
            width, count = shape
            by_width.setdefault(width, []).append((at, count))
    for width, members in by_width.items():
        start = _HEAD.size
        everyone = _unpack_ids(
            b"".join([datas[at][start : start + width * count] for at, count in members]), width
        )
        here = 0
        for at, count in members:
            # A copy, for a view would keep all of the batch in memory.
            ids = everyone[here : here + count].copy()
            ids.flags.writeable = False
            found[at] = Packed(datas[at], ids)
            here += count
    return found


def packed(links: Links) -> Packed:
    return Packed(pack(links), read_only(links.ids))


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array


def _width(top: int) -> int:
    return max(2, (top.bit_length() + 7) // 8)


def _head(width: int, low: int, count: int, top: int, oldest: int) -> bytes:
    if not -(1 << 47) <= oldest < 1 << 47:
        raise ValueError("times are within a few thousand years")
    return _HEAD.pack(
        VERSION,
        width,
        low,
        count & 0xFFFF,
        count >> 16,
        top & 0xFFFF,
        top >> 16,
        oldest & 0xFFFFFFFF,
        oldest >> 32,
    )


def _read_head(data: bytes) -> tuple[int, int, int, int, int]:
    """Width, low bits, entries, top, oldest."""
    _, width, low, count, more, top, higher, oldest, older = _HEAD.unpack_from(data)
    return width, low, count | more << 16, top | higher << 16, oldest | older << 32


def _shape(data: bytes) -> tuple[int, int] | None:
    """Bytes an id, and entries; None where the length does not fit what the head says."""
    if len(data) < _HEAD.size or data[0] != VERSION:
        return None
    width, low, count, top, _ = _read_head(data)
    if not 2 <= width <= 8 or low > MAX_LOW_BITS:
        return None
    times = (count * low + 7) // 8 + (count + top + 7) // 8 if count else 0
    return (width, count) if len(data) == _HEAD.size + count * width + times else None


def _pack_ids(ids: Ids, width: int) -> bytes:
    wide = np.ascontiguousarray(ids, dtype="<i8").view(np.uint8).reshape(-1, 8)
    return wide[:, :width].tobytes()


def _unpack_ids(data: bytes, width: int) -> Ids:
    raw = np.frombuffer(data, np.uint8).reshape(-1, width)
    wide = np.zeros((len(raw), 8), np.uint8)
    wide[:, :width] = raw
    ids: Ids = wide.view("<i8").ravel()
    return ids


def _pack_low(rising: Times, low: int) -> bytes:
    bits = (rising[:, None] >> np.arange(low)) & 1
    return np.packbits(bits.astype(np.uint8).ravel(), bitorder="little").tobytes()


def _pack_high(high: Times) -> bytes:
    ones = np.zeros(len(high) + int(high[-1]), np.uint8)
    ones[high + np.arange(len(high))] = 1
    return np.packbits(ones, bitorder="little").tobytes()


def _times(data: bytes) -> Times:
    width, low, count, top, oldest = _read_head(data)
    if count == 0:
        return read_only(np.empty(0, np.int64))
    start = _HEAD.size + count * width
    middle = start + (count * low + 7) // 8
    bits = np.unpackbits(np.frombuffer(data, np.uint8, offset=middle), bitorder="little")
    high = np.flatnonzero(bits[: count + top]) - np.arange(count)
    rising = (high << low) | _unpack_low(data[start:middle], low, count)
    return read_only((rising + oldest)[::-1])


def _unpack_low(data: bytes, low: int, count: int) -> Times:
    if low == 0:
        return np.zeros(count, np.int64)
    offsets = np.arange(count) * low
    padded = data + _SLACK
    # Every byte is the start of an eight-byte window; the wanted bits are within one of them.
    windows = np.ndarray((len(data),), "<u8", padded, 0, (1,))
    shifted = windows[offsets >> 3] >> (offsets & 7).astype(np.uint64)
    found: Times = (shifted & np.uint64((1 << low) - 1)).astype(np.int64)
    return found
