"""What a dry run finds differing between rows and what stands, whichever row speaks last. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loaders.planning import PlannedEdges, PlannedNodes

Standing = Mapping[int, Sequence[Any]]  # place among the rows → values, in the order of the names


def said_names(planned: PlannedNodes | PlannedEdges) -> list[str]:
    """Properties that whoever stands takes over: a name is for new people only."""
    forbidden = ("username",) if isinstance(planned, PlannedNodes) else ()
    return [name for name in planned.columns if name not in forbidden]


class Differing:
    """Of all nodes of a kind, or all edges of a type. A row that says nothing changes nothing."""

    def __init__(self) -> None:
        self._bits: dict[str, int] = {}
        self._differing: dict[int, int] = {}

    def take(
        self,
        keys: Sequence[int],
        rows: Sequence[int],
        columns: Mapping[str, Sequence[Any]],
        names: Sequence[str],
        standing: Standing,
    ) -> None:
        """`keys` call what each of `rows` is about; `columns` have a value for every row."""
        for name in names:
            self._bits.setdefault(name, 1 << len(self._bits))
        for place, kept in standing.items():
            key, row = keys[place], rows[place]
            found = self._differing.get(key, 0)
            for name, old in zip(names, kept, strict=True):
                value = columns[name][row]
                if value is not None:
                    bit = self._bits[name]
                    found = found & ~bit if value == old else found | bit
            self._differing[key] = found

    def mark(self, key: int) -> None:
        """It changes, whatever its properties."""
        self._differing[key] = self._differing.get(key, 0) | self._bits.setdefault(
            "", 1 << len(self._bits)
        )

    def __contains__(self, key: int) -> bool:
        return self._differing.get(key, 0) != 0
