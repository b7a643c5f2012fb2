"""What readers give: a piece of a source as columns of text, with the place of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Lines = NDArray[np.int64]

# Uncompressed bytes of text in a piece: what memory and a transaction's size follow from. A
# checkpoint names the pieces by where they begin and end.
CHUNK_BYTES = 1 << 20
# A record beyond this is no record; of one beyond `LONGEST_KEPT` only the beginning is given back.
LONGEST_RECORD = 1 << 20
LONGEST_KEPT = 16 << 20


class SourceError(ValueError):
    """A source can't be read (further); a sentence that names it."""


class Place(NamedTuple):
    """Between two records: bytes of the uncompressed source before it, and lines."""

    offset: int = 0
    line: int = 1
    digest: str = ""  # of those bytes, where they can't be looked at again


START = Place()


class Reject(NamedTuple):
    line: int
    reason: str
    raw: bytes  # the record as it stood, its line end left out


class Raws(Protocol):
    """The records of a chunk as they stood, wanted only for those that are given back."""

    def __call__(self, row: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Chunk:
    """`columns` are of pyarrow strings, null where there is nothing; all of one length."""

    columns: Mapping[str, Any]
    lines: Lines  # of each row
    raw: Raws
    start: Place
    end: Place
    rejects: tuple[Reject, ...] = field(default=())  # what is no row at all

    def __len__(self) -> int:
        return len(self.lines)
