"""How much a statement makes by itself and keeps, in all its rows together, before it is asked.

What rows are sorted, grouped and collected is counted by both stores, which end what is too much.
Neither counts everything that an expression makes of `range()` or a long text, a list a row: so
lists that are made are counted here, times the rows that there may be of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from analysts.cypher.extents import ENDLESS, FEW, UNKNOWN, Extent
from analysts.cypher.groups import aggregates, has_aggregate
from analysts.cypher.language.tree import (
    CallProcedure,
    Literal,
    Match,
    Parameter,
    Part,
    Project,
    Query,
    Variable,
    walk,
)

MOST = 5_000_000  # parts: some 150 MB
AT_ONCE = 100  # rows that are on their way to whoever reads them, where none has to wait


class Cut(NamedTuple):
    """SKIP and LIMIT: None where nobody knows, or where there is none."""

    skip: int | None
    limit: int | None

    @classmethod
    def of(cls, skip: int | None, limit: int | None) -> Cut:
        """Less than nothing is nothing that a store has to keep to."""
        return cls(*(None if many is None or many < 0 else many for many in (skip, limit)))


@dataclass(slots=True)
class Holding:
    """Rows there may be, clause by clause, and what is made for all of them."""

    whole: Query
    rows: int = 1
    made: dict[str, int] = field(default_factory=dict)  # for all rows, by the name that has it
    fewest: int = 1  # rows there are where each has a part of the statement to itself
    waits: bool = field(init=False)  # whether rows have to wait for others anywhere

    def __post_init__(self) -> None:
        self.waits = any(
            isinstance(part, Project) and (part.order or part.distinct or has_aggregate(part))
            for part in walk(self.whole)
        )

    @contextmanager
    def inside(self, *, apart: bool) -> Iterator[None]:
        """Another part of a UNION or a subquery; `apart`: begins with one row."""
        rows, made, fewest = self.rows, dict(self.made), self.fewest
        if apart:
            self.rows = self.fewest = 1
        try:
            yield
        finally:
            self.made, self.fewest = made, fewest
            if apart:
                self.rows = rows

    @contextmanager
    def called(self) -> Iterator[None]:
        """A CALL runs for each row: what it makes one of, it makes one of for each."""
        fewest, self.fewest = self.fewest, self.rows
        try:
            yield
        finally:
            self.fewest = fewest

    def match(self) -> None:
        self.rows = max(self.rows, UNKNOWN)

    def unwind(self, source: Extent, name: str) -> None:
        many = source.length if source.made else UNKNOWN
        self.rows = min(ENDLESS, self.rows * max(many, 1))
        self.made[name] = min(ENDLESS, source.each.made * self.rows)

    def collected(self, inside: Sequence[Extent]) -> int:
        """So many parts an aggregate keeps of all rows."""
        return min(ENDLESS, sum(one.made for one in inside) * self.rows)

    def listed(self, query: Query, column: Extent) -> Extent:
        """What COLLECT { } makes: by itself, where it reads nothing of the graph."""
        if any(isinstance(part, Match | CallProcedure) for part in walk(query)):
            made = min(ENDLESS, column.made * UNKNOWN) if column.made > FEW else 0
            return Extent(UNKNOWN, column.length, made=made, fields=column.fields)
        made = min(ENDLESS, self.rows * max(column.made, 1))
        return Extent(self.rows, column.length, made=made, fields=column.fields)

    def project(
        self, clause: Project, found: Mapping[str, Extent], keys: Sequence[Extent], cut: Cut
    ) -> int:
        """So many parts it keeps, of what it is sorted by too."""
        kept = self.rows
        if has_aggregate(clause) and all(_is_one(item.value) for item in clause.items):
            kept = self.rows = self.fewest
        elif cut.limit is not None:
            grouped = clause.distinct or has_aggregate(clause)
            self.rows = min(self.rows, cut.limit * self.fewest)
            if cut.skip is not None and not grouped:
                kept = min(kept, (cut.skip + cut.limit) * self.fewest)
        at_once = kept if self.waits else min(kept, AT_ONCE)
        made = dict(self.made) if clause.star else {}
        for item in clause.items:
            if isinstance(item.value, Variable):
                made[item.name] = self.made.get(item.value.name, 0)
            else:
                made[item.name] = min(ENDLESS, found[item.name].made * at_once)
        self.made = made
        by = zip(clause.order, keys, strict=True)
        more = sum(key.made for one, key in by if not isinstance(one, Variable))
        return sum(made.values()) + min(ENDLESS, more * at_once)


def _is_one(value: Part) -> bool:
    """It is an aggregate, or the same in every row: nothing to group by."""
    return isinstance(value, Literal | Parameter) or aggregates(value)
