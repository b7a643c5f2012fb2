"""What a mapping says: which columns of which files become which nodes and edges.

Read from a small YAML file. Whatever is wrong in it is told with its line, and with the column or
name that it is about. docs/mappings.md describes the format.
"""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from graph.declaring import Edge, Node, Property
from graph.imports import Mode
from graph.model import EDGE, NODE


class MappingError(ValueError):
    """A sentence for whoever wrote the mapping, or chose it: file, line, and what is wrong."""


class Unknown(StrEnum):
    """What becomes of a row whose end nobody knows."""

    REJECT = "reject"
    CREATE = "create"


@dataclass(frozen=True, slots=True)
class Value:
    """Where a property comes from: columns joined, or one value for all rows."""

    property: Property
    columns: tuple[str, ...] = ()
    join: str = " "
    split: str | None = None  # the separator within one field, for lists
    values: Table[str, Any] | None = None  # what is written → what is meant
    constant: Any = None
    seconds: bool = False  # a time in seconds rather than milliseconds


@dataclass(frozen=True, slots=True)
class End:
    """A node as the file calls it: a column with ids of one name space."""

    kind: str
    column: str
    source: str
    unknown: Unknown = Unknown.REJECT


@dataclass(frozen=True, slots=True)
class Where:
    """Which rows of a file an output is for."""

    column: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Nodes:
    kind: str
    end: End
    values: tuple[Value, ...]
    mode: Mode
    where: Where | None = None

    @property
    def declared(self) -> Node:
        return NODE[self.kind]


@dataclass(frozen=True, slots=True)
class Edges:
    edge: str
    a: End
    b: End
    values: tuple[Value, ...]
    mode: Mode
    both_ways: bool = False
    loops: bool = False  # whether an edge from a node to itself is one
    where: Where | None = None

    @property
    def declared(self) -> Edge:
        return EDGE[self.edge]


Output = Nodes | Edges

# Behind a column's name: a file may do without it, and a row without a word in it.
MAYBE = "?"
# Properties that the loader gives itself.
NOT_SET = ("externalId", "source")


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written. None: by its name, or by looking at its first line."""

    kind: str | None = None  # delimited | jsonl | parquet | arrow
    delimiter: str | None = None  # one character, or "whitespace"
    header: bool | None = None
    columns: tuple[str, ...] = ()
    comment: str | None = None
    quote: str | None = '"'
    encoding: str = "utf-8"
    notes: bool = False  # it has rows that were given back, with notes of ours between them


@dataclass(frozen=True, slots=True)
class Rule:
    """Which files it is for, how they are written, and what their rows become."""

    match: tuple[str, ...]
    format: Format
    outputs: tuple[Output, ...]
    optional: bool = False
    line: int = 0
    derived: bool = False  # its outputs are what the header of each file says

    def fits(self, name: str) -> bool:
        """By the end of the path: a pattern without a folder fits in any."""
        parts = name.replace("\\", "/").split("/")
        return any(
            fnmatchcase("/".join(parts[-(pattern.count("/") + 1) :]), pattern)
            for pattern in self.match
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, each once."""
        found: dict[str, None] = {}
        for output in self.outputs:
            ends = (output.end,) if isinstance(output, Nodes) else (output.a, output.b)
            found |= dict.fromkeys(end.column for end in ends)
            found |= dict.fromkeys(c for value in output.values for c in value.columns)
            found |= {output.where.column: None} if output.where else {}
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Mapping:
    name: str
    about: str
    source: str = ""
    rules: tuple[Rule, ...] = field(default=())
    digest: str = ""  # of its text

    def rule(self, name: str) -> Rule | None:
        """The first that fits a file of this name."""
        return next((rule for rule in self.rules if rule.fits(name)), None)
