"""What the rows of one chunk say, as columns of values, ready to be resolved and written. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loaders.chunks import Chunk, Reject
from loaders.delimited import column_of
from loaders.mapping import Edges, End, Nodes, Rule
from loaders.typed import Faults, keys_of, short, typed

# An id of a file, as long as anybody's may be.
LONGEST_ID = 1_000

Keys = NDArray[Any]  # int64, or objects (str)


@dataclass(frozen=True, slots=True)
class PlannedNodes:
    output: Nodes
    keys: Keys
    columns: Mapping[str, list[Any]]


@dataclass(frozen=True, slots=True)
class PlannedEdges:
    output: Edges
    a: Keys
    b: Keys
    columns: Mapping[str, list[Any]]


@dataclass(slots=True)
class Plan:
    """`faults` are rows that are to be given back, by number within the chunk."""

    chunk: Chunk
    outputs: list[PlannedNodes | PlannedEdges]
    faults: Faults = field(default_factory=dict)
    loops: int = 0

    def rejects(self) -> list[Reject]:
        found = [*self.chunk.rejects]
        for row, reason in self.faults.items():
            found.append(Reject(int(self.chunk.lines[row]), reason, self.chunk.raw(row)))
        return sorted(found, key=lambda one: one.line)

    @property
    def sound(self) -> NDArray[np.bool_]:
        mask = np.ones(len(self.chunk), np.bool_)
        if self.faults:
            mask[list(self.faults)] = False
        return mask


def bound(rule: Rule, names: tuple[str, ...], where: str) -> dict[str, str]:
    """Each column that the mapping speaks of, by the name that this file has for it."""
    return {column: column_of(column, names, where) for column in rule.columns}


def plan(rule: Rule, chunk: Chunk, names: Mapping[str, str]) -> Plan:
    columns = {column: chunk.columns[name] for column, name in names.items()}
    planned = Plan(chunk, [])
    faults = planned.faults
    for output in rule.outputs:
        values = {
            value.property.name: typed(value, columns, len(chunk), faults)
            for value in output.values
        }
        if isinstance(output, Nodes):
            keys = _keys(output.end, columns, faults)
            planned.outputs.append(PlannedNodes(output, keys, values))
        else:
            a = _keys(output.a, columns, faults)
            b = _keys(output.b, columns, faults)
            if not output.loops and output.a.kind == output.b.kind:
                planned.loops += _refuse_loops(output, a, b, faults)
            planned.outputs.append(PlannedEdges(output, a, b, values))
    return planned


def _keys(end: End, columns: Mapping[str, Any], faults: Faults) -> Keys:
    keys: Keys = keys_of(columns[end.column])
    if keys.dtype != object:
        return keys
    for row, key in enumerate(keys):
        if not key:
            faults.setdefault(row, f"{end.column} is empty, and should be an id")
            keys[row] = ""
        elif len(key) > LONGEST_ID:
            faults.setdefault(row, f"{end.column} is an id of {len(key)} characters")
    return keys


def _refuse_loops(output: Edges, a: Keys, b: Keys, faults: Faults) -> int:
    if output.a.source != output.b.source:
        return 0
    if a.dtype != b.dtype:
        a, b = as_texts(a), as_texts(b)
    loops = np.flatnonzero(a == b)
    count = 0
    for row in loops.tolist():
        if row not in faults:
            faults[row] = f'{output.edge} leads from "{short(str(a[row]))}" to itself'
            count += 1
    return count


def as_texts(keys: Keys) -> Keys:
    return keys if keys.dtype == object else np.array([str(key) for key in keys.tolist()], object)
