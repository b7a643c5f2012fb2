"""The copy in this process: bounded by bytes, the least lately used goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

# What an entry takes besides its value: the key, the tuple, a place in the table.
OVERHEAD = 200


class Local:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[bytes, tuple[Any, int]] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, name: bytes) -> Any | None:
        entry = self._kept.get(name)
        if entry is None:
            return None
        self._kept.move_to_end(name)
        return entry[0]

    def all_of(self, names: Sequence[bytes]) -> list[Any] | None:
        """The values of all of these, or None where one is missing."""
        kept = self._kept
        values = []
        for name in names:
            entry = kept.get(name)
            if entry is None:
                return None
            kept.move_to_end(name)
            values.append(entry[0])
        return values

    def keep(self, name: bytes, value: Any, size: Callable[[Any], int]) -> None:
        self.drop(name)
        cost = size(value) + OVERHEAD
        self._kept[name] = (value, cost)
        self.bytes += cost
        while self.bytes > self._limit:
            _, (_, freed) = self._kept.popitem(last=False)
            self.bytes -= freed

    def drop(self, name: bytes) -> None:
        entry = self._kept.pop(name, None)
        if entry is not None:
            self.bytes -= entry[1]

    def clear(self) -> None:
        self._kept.clear()
        self.bytes = 0
