"""What the rows of one chunk say, as columns of values, ready to be resolved and written. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from loaders.chunks import Chunk, Reject, SourceError
from loaders.dialects import column_of
from loaders.keys import Keys, as_texts
from loaders.mapping import MAYBE, Edges, End, Nodes, Rule
from loaders.typed import Faults, keys_of, short, typed

# An id of a file, as long as anybody's may be.
LONGEST_ID = 1_000

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PlannedNodes:
    output: Nodes
    keys: Keys
    columns: Mapping[str, list[Any]]
    rows: Mask  # which rows it is for


@dataclass(frozen=True, slots=True)
class PlannedEdges:
    output: Edges
    a: Keys
    b: Keys
    columns: Mapping[str, list[Any]]
    rows: Mask


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
    found: dict[str, str] = {}
    for column in rule.columns:
        name = column_of(column, names)
        if name is None:
            raise no_column(rule, column, names, where)
        found[column] = name
    return found


def no_column(rule: Rule, column: str, names: Iterable[str], where: str) -> SourceError:
    return SourceError(
        f'{where} has no column "{column}", which the mapping wants in its rule at line '
        f"{rule.line}; it has {', '.join(names) or 'none'}."
    )


def plan(rule: Rule, chunk: Chunk, names: Mapping[str, str]) -> Plan:
    nothing = pa.nulls(len(chunk), pa.string())
    columns = {column: chunk.columns[name] if name else nothing for column, name in names.items()}
    planned = Plan(chunk, [])
    faults = planned.faults
    meant = np.zeros(len(chunk), np.bool_)
    for output in rule.outputs:
        rows = _meant(output, columns, len(chunk))
        meant |= rows
        said: Faults = {}
        values = {
            value.property.name: typed(value, columns, len(chunk), said) for value in output.values
        }
        if isinstance(output, Nodes):
            keys = _keys(output.end, columns, said)
            _take(faults, said, rows)
            planned.outputs.append(PlannedNodes(output, keys, values, rows))
        else:
            for end in (output.a, output.b):
                rows &= _present(end.column, columns)
            a = _keys(output.a, columns, said)
            b = _keys(output.b, columns, said)
            if not output.loops and output.a.kind == output.b.kind:
                planned.loops += _refuse_loops(output, a, b, said, rows)
            _take(faults, said, rows)
            planned.outputs.append(PlannedEdges(output, a, b, values, rows))
    for row in np.flatnonzero(~meant).tolist():
        faults.setdefault(row, "the mapping has nothing for such a row")
    return planned


def _meant(output: Nodes | Edges, columns: Mapping[str, Any], size: int) -> Mask:
    if output.where is None:
        return np.ones(size, np.bool_)
    words = pa.array(sorted(output.where.words), pa.string())
    found = pc.is_in(columns[output.where.column], value_set=words)
    return np.array(found.to_numpy(zero_copy_only=False), np.bool_)


def _present(column: str, columns: Mapping[str, Any]) -> Mask:
    """Rows that have a word in a column that may be empty."""
    if not column.endswith(MAYBE):
        return np.ones(len(columns[column]), np.bool_)
    found = pc.fill_null(pc.greater(pc.utf8_length(columns[column]), 0), False)
    return np.array(found.to_numpy(zero_copy_only=False), np.bool_)


def _take(faults: Faults, said: Faults, rows: Mask) -> None:
    """What is wrong with rows that this output is for."""
    for row, reason in said.items():
        if rows[row]:
            faults.setdefault(row, reason)


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


def _refuse_loops(output: Edges, a: Keys, b: Keys, faults: Faults, rows: Mask) -> int:
    if output.a.source != output.b.source:
        return 0
    if a.dtype != b.dtype:
        a, b = as_texts(a), as_texts(b)
    loops = np.flatnonzero((a == b) & rows)
    count = 0
    for row in loops.tolist():
        if row not in faults:
            faults[row] = f'{output.edge} leads from "{short(str(a[row]))}" to itself'
            count += 1
    return count
