"""What a statement says, as a tree of small values. Each knows the tokens it was made of.

`first` and `last` are numbers of tokens, both inside: what is rewritten is rewritten there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    first: int
    last: int


# --- expressions


class Expression(Part):
    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Expression):
    value: bool | int | float | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Expression):
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable(Expression):
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Property(Expression):
    subject: Expression
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(Expression):
    subject: Expression
    key: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Expression):
    subject: Expression
    low: Expression | None
    high: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HasLabels(Expression):
    subject: Expression
    labels: Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Expression):
    name: str  # lower case, with its name space
    arguments: tuple[Expression, ...]
    distinct: bool = False
    star: bool = False  # count(*)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf(Expression):
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOf(Expression):
    names: tuple[str, ...]
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection(Expression):
    """`n {.*, .name, other, key: value}`."""

    subject: Expression
    everything: bool
    properties: tuple[str, ...]
    names: tuple[str, ...]
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Expression):
    """`operator` in upper case; a comparison may be a chain, then it has several, with spaces."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Expression):
    subject: Expression | None
    conditions: tuple[Expression, ...]
    results: tuple[Expression, ...]
    otherwise: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comprehension(Expression):
    """`[x IN source WHERE … | result]`, and `all(x IN source WHERE …)` with its `kind`."""

    kind: str  # list | all | any | none | single
    variable: str
    source: Expression
    where: Expression | None
    result: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduce(Expression):
    accumulator: str
    initial: Expression
    variable: str
    source: Expression
    body: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternComprehension(Expression):
    path: Path
    where: Expression | None
    result: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternValue(Expression):
    """A bare pattern as a predicate, or shortestPath(…) as a value."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Subquery(Expression):
    kind: str  # exists | count | collect
    query: Query


# --- patterns


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels(Part):
    """A label expression: `names` of all that stand in it.

    `choice`: it is `A` or `A|B|C`. `certain`: what it lets pass has one of the names.
    """

    names: tuple[str, ...]
    choice: bool
    certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePattern(Part):
    variable: str | None
    labels: Labels | None
    properties: Expression | None
    where: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgePattern(Part):
    variable: str | None
    types: Labels | None
    properties: Expression | None
    where: Expression | None
    direction: str  # out | in | both
    longest: int | None  # hops at most; 1 unless it repeats, None without a bound
    repeats: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPattern(Part):
    """`((a)-->(b) WHERE …){1,3}`."""

    path: Path
    where: Expression | None
    longest: int | None


Piece = NodePattern | EdgePattern | GroupPattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Path(Part):
    variable: str | None
    function: str | None  # shortestpath | allshortestpaths
    pieces: tuple[Piece, ...]


# --- clauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(Part):
    optional: bool
    paths: tuple[Path, ...]
    where: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwind(Part):
    source: Expression
    variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Part):
    value: Expression
    alias: str | None
    name: str  # of the column: the alias, or the expression as it was written


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Part):
    """WITH and RETURN."""

    final: bool
    distinct: bool
    star: bool
    items: tuple[Item, ...]
    order: tuple[Expression, ...]
    skip: Expression | None
    limit: Expression | None
    where: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQuery(Part):
    imports: tuple[str, ...] | None  # None without a list: `CALL { WITH a … }`
    star: bool
    query: Query


@dataclass(frozen=True, slots=True, kw_only=True)
class CallProcedure(Part):
    name: str  # lower case
    arguments: tuple[Expression, ...]
    yields: tuple[tuple[str, str], ...]  # what it yields, and the variable that gets it
    where: Expression | None


Clause = Match | Unwind | Project | CallQuery | CallProcedure


@dataclass(frozen=True, slots=True, kw_only=True)
class Single(Part):
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query(Part):
    """One, or several joined by UNION."""

    singles: tuple[Single, ...]


def children(part: Part) -> Iterator[Part]:
    for field in fields(part):
        yield from _parts(getattr(part, field.name))


def _parts(value: Any) -> Iterator[Part]:
    if isinstance(value, Part):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _parts(one)


def walk(part: Part) -> Iterator[Part]:
    """It, and everything in it."""
    yield part
    for child in children(part):
        yield from walk(child)
