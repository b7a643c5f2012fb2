"""Lines as the embedded server's bulk endpoint reads them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from graph.declaring import Edge
from graph.model import counters
from graph.stores.bolt.counters import kept
from graph.stores.offline.held import Counts


def node_lines(
    kind: str, rows: Sequence[Mapping[str, Any]], counts: Counts, first: int
) -> Iterator[bytes]:
    """Each marked by its place, `first` being that of the first one."""
    numbers = [
        (kept(name), counts[name][first : first + len(rows)].tolist())
        for name in counters(kind)
        if name in counts and counts[name].any()
    ]
    for at, row in enumerate(rows):
        moved = {name: values[at] for name, values in numbers}
        yield _node(kind, f"{first + at}", {**row, **moved})


def our_lines(label: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    for at, row in enumerate(rows):
        yield _node(label, f"{at}", row)


def _node(label: str, mark: str, said: Mapping[str, Any]) -> bytes:
    return orjson.dumps({"@type": "vertex", "@class": label, "@id": mark, **said})


class EdgeLines:
    """Of one type of edge: both ends' record ids and our ids, by place."""

    def __init__(
        self,
        edge: Edge,
        rids: tuple[Sequence[str], Sequence[str]],
        ids: tuple[Sequence[int], Sequence[int]],
    ) -> None:
        self._edge, self._rids, self._ids = edge, rids, ids

    def lines(
        self,
        a: Sequence[int],
        b: Sequence[int],
        fixed: Mapping[str, Any],
        columns: Mapping[str, Sequence[Any]],
    ) -> Iterable[str]:
        """A property that a row leaves out is the fixed one, or none."""
        (rid_a, rid_b), (id_a, id_b) = self._rids, self._ids
        head = f'{{"@type":"edge","@class":"{self._edge.name}",'
        same = {name: value for name, value in fixed.items() if name not in columns}
        tail = orjson.dumps(same).decode()[1:]
        comma = "," if same or columns else ""
        if self._edge.carries_ends:
            starts = (
                f'{head}"@from":"{rid_a[x]}","@to":"{rid_b[y]}",'
                f'"_from":{id_a[x]},"_to":{id_b[y]}{comma}'
                for x, y in zip(a, b, strict=True)
            )
        else:
            starts = (
                f'{head}"@from":"{rid_a[x]}","@to":"{rid_b[y]}"{comma}'
                for x, y in zip(a, b, strict=True)
            )
        if not columns:
            return (f"{start}{tail}" for start in starts)
        rows = _rows(fixed, columns)
        return (
            start + orjson.dumps({**same, **row}).decode()[1:]
            for start, row in zip(starts, rows, strict=True)
        )


def _rows(
    fixed: Mapping[str, Any], columns: Mapping[str, Sequence[Any]]
) -> Iterator[dict[str, Any]]:
    names = list(columns)
    otherwise = [fixed.get(name) for name in names]
    for values in zip(*columns.values(), strict=True):
        said = zip(names, values, otherwise, strict=True)
        yield {
            name: usual if value is None else value
            for name, value, usual in said
            if not (value is None and usual is None)
        }
