"""How much a statement makes by itself and keeps, in all its rows together, before it is asked.

What rows are sorted, grouped and collected is counted by both stores, which end what is too much.
Neither counts everything that an expression makes of `range()` or a long text, a list a row: so
lists that are made are counted here, times the rows that there may be of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from analysts.cypher.extents import ENDLESS, FEW, UNKNOWN, Extent
from analysts.cypher.groups import aggregates, has_aggregate
from analysts.cypher.language.tree import Literal, Parameter, Part, Project, Query, Variable, walk

MOST = 5_000_000  # parts: some 150 MB
AT_ONCE = 100  # rows that are on their way to whoever reads them, where none has to wait


@dataclass(slots=True)
class Holding:
    """Rows there may be, clause by clause, and what is made for all of them."""

    whole: Query
    rows: int = 1
    made: dict[str, int] = field(default_factory=dict)  # for all rows, by the name that has it
    waits: bool = field(init=False)  # whether rows have to wait for others anywhere

    def __post_init__(self) -> None:
        self.waits = any(
            isinstance(part, Project) and (part.order or part.distinct or has_aggregate(part))
            for part in walk(self.whole)
        )

    @contextmanager
    def inside(self, *, apart: bool) -> Iterator[None]:
        """Another part of a UNION, a CALL or a subquery; `apart`: begins with one row."""
        rows, made = self.rows, dict(self.made)
        if apart:
            self.rows = 1
        try:
            yield
        finally:
            self.made = made
            if apart:
                self.rows = rows

    def match(self) -> None:
        self.rows = max(self.rows, UNKNOWN)

    def unwind(self, source: Extent) -> None:
        many = source.length if source.made else UNKNOWN
        self.rows = min(ENDLESS, self.rows * max(many, 1))

    def collected(self, inside: Sequence[Extent]) -> int:
        """So many parts an aggregate keeps of all rows: of short ones the stores keep count."""
        made = sum(one.made for one in inside if one.made > FEW)
        return min(ENDLESS, made * self.rows)

    def project(self, clause: Project, found: Mapping[str, Extent], limit: int | None) -> int:
        """So many parts it keeps."""
        if has_aggregate(clause) and all(_is_one(item.value) for item in clause.items):
            self.rows = 1
        elif limit is not None:
            self.rows = min(self.rows, limit)
        at_once = self.rows if self.waits else min(self.rows, AT_ONCE)
        made = dict(self.made) if clause.star else {}
        for item in clause.items:
            if isinstance(item.value, Variable):
                made[item.name] = self.made.get(item.value.name, 0)
            else:
                made[item.name] = min(ENDLESS, found[item.name].made * at_once)
        self.made = made
        return sum(made.values())


def _is_one(value: Part) -> bool:
    """It is an aggregate, or the same in every row: nothing to group by."""
    return isinstance(value, Literal | Parameter) or aggregates(value)
