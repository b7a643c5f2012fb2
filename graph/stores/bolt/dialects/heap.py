"""What the embedded server can't clear away, by the log of its collector.

The server has bounds for what a statement sorts, groups and collects, and none for values within
one row or for what it has begun to send. Its own figure of memory in use counts what is garbage;
only a full collection tells what is held.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

# Sorting and grouping may reserve 40 % of the heap, and pages have 25 %: beyond this is trouble.
NEARLY_FULL = 0.85
_FULL = re.compile(rb"GC\((\d+)\) Pause Full .* \d+M->(\d+)M\((\d+)M\)")
_TAIL = 4096  # bytes: more than the lines of one look


class Cleared(NamedTuple):
    """A full collection: its number, and the share of the heap that was held after it."""

    number: int
    held: float


NEVER = Cleared(-1, 0.0)


@dataclass(frozen=True, slots=True)
class Heap:
    log: Path

    def cleared(self) -> Cleared:
        """The newest one. The heap has its full size when little of it is left."""
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, log.seek(0, 2) - _TAIL))
                found = _FULL.findall(log.read())
        except FileNotFoundError:  # begun anew at this moment
            return NEVER
        if not found:
            return NEVER
        number, held, size = map(int, found[-1])
        return Cleared(number, held / size)

    def is_full_since(self, before: Cleared) -> bool:
        now = self.cleared()
        return now.number != before.number and now.held > NEARLY_FULL
