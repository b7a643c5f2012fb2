"""What an import hands to a store: steps, each one transaction, each done once for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.records import Ids


class Result(IntEnum):
    """What became of a row. In rising order: of a row with several parts the highest counts."""

    SAME = 0
    CHANGED = 1
    CREATED = 2
    UNKNOWN = 3  # an end, or what was to be deleted, is not there
    TAKEN = 4  # a node of this key is there (create only), or another has a unique name


Results = NDArray[np.uint8]


class Mode(StrEnum):
    UPSERT = "upsert"
    CREATE = "create"
    DELETE = "delete"


# In an import's state: when its loader was last heard of, while it is not ended; in ms.
HEARD = "heard"


@dataclass(frozen=True, slots=True)
class Import:
    """A batch by its name. `number` marks what it creates.

    `state` is the loader's own, but for `HEARD`.

    `whole`: it loads an empty graph in one piece, and has not ended.
    """

    name: str
    number: int
    state: Mapping[str, Any] = field(default_factory=dict)
    whole: bool = False


@dataclass(frozen=True, slots=True)
class NodeStep:
    """Nodes, each with the `id` it gets if it is new, and its `externalKey`, each key once.

    `given` names the properties that a node that is there takes over from its row.
    """

    batch: int
    key: str
    kind: str
    rows: Sequence[Mapping[str, Any]]
    given: Sequence[str]
    mode: Mode = Mode.UPSERT


@dataclass(frozen=True, slots=True)
class EdgeStep:
    """Edges by the ids of their ends, each pair once.

    `columns` are properties by row; an edge that is there takes them over, where they are not
    None. `fresh` are properties that only a new edge gets. Whoever comes to have `crowd` followers
    is marked as a celebrity.
    """

    batch: int
    key: str
    edge: str
    a: Ids
    b: Ids
    columns: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    fresh: Mapping[str, Any] = field(default_factory=dict)
    mode: Mode = Mode.UPSERT
    crowd: int | None = None

    def part(self, first: int, last: int) -> EdgeStep:
        """Some of its rows, as a step of its own."""
        columns = {name: column[first:last] for name, column in self.columns.items()}
        key, some = f"{self.key}.{int(first > 0)}", slice(first, last)
        return replace(self, key=key, a=self.a[some], b=self.b[some], columns=columns)


class Undone(NamedTuple):
    """One part of an import, taken back."""

    removed: int
    kept: int  # ended meanwhile, or somebody has linked to it since
    people: Sequence[int]  # whose lists and counters moved
