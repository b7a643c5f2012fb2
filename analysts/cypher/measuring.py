"""How much one expression may do, before it is asked.

A store can stop a statement between rows and wherever it reads the graph, but not in the middle
of an expression that does neither: a comprehension over a comprehension over `range()` runs until
the server is restarted, on both. So loops inside expressions are bounded here, from what is known
of the lists that they run over; what is not known counts as `UNKNOWN`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from analysts.cypher.allowed import AGGREGATES
from analysts.cypher.extents import (
    ENDLESS,
    FEW,
    ONE,
    THING,
    UNKNOWN,
    Extent,
    extent_of,
    larger,
    largest,
    mapped,
    merged,
    together,
)
from analysts.cypher.given import copies, given, number
from analysts.cypher.holding import MOST as MOST_KEPT
from analysts.cypher.holding import Cut, Holding
from analysts.cypher.language.parser import Parsed
from analysts.cypher.language.tree import (
    Call,
    CallProcedure,
    CallQuery,
    Case,
    Comprehension,
    Expression,
    Index,
    ListOf,
    Literal,
    MapOf,
    Operation,
    Parameter,
    Part,
    PatternComprehension,
    Project,
    Projection,
    Property,
    Query,
    Reduce,
    Slice,
    Subquery,
    Unwind,
    Variable,
    children,
)
from analysts.cypher.lengths import JOINING, answered, calculated, ranged, sliced
from analysts.cypher.taming import looks

MOST = 10_000_000  # steps of one evaluation: about a second
LONGEST = 50_000_000  # parts of one value, if all that is collected is as long as it may be
LONGEST_MADE = 2_000_000  # of what a statement makes by itself, or puts together with `+`
COPIED = 100  # parts that are copied in a step's time
MOST_LOOKS = 50_000  # of the measuring itself: a reduce in a reduce is looked at twice
TOO_LONG = "this may grow too large: return rows instead of one value"
Known = Mapping[str, Extent]


@dataclass(slots=True)
class Measure:
    parsed: Parsed
    params: Mapping[str, Any]
    limit: int | None = None  # rows that the last clause is given, where it has no LIMIT
    steps: int = 0
    depth: int = 0  # of subqueries, whose rows nobody limits
    holding: Holding = field(init=False)

    def __post_init__(self) -> None:
        self.holding = Holding(self.parsed.query)

    # --- clauses

    def query(self, query: Query, known: Known) -> dict[str, Extent]:
        last: dict[str, Extent] = {}
        for single in query.singles:
            now = dict(known)
            with self.holding.inside(apart=False):
                for clause in single.clauses:
                    now = self.clause(clause, now)
            last = {name: larger(one, last.get(name, one)) for name, one in now.items()}
        return last

    def clause(self, clause: Part, known: dict[str, Extent]) -> dict[str, Extent]:
        match clause:
            case Project():
                return self.project(clause, known)
            case Unwind():
                source = self.of(clause.source, known, 1)
                self.holding.unwind(source, clause.variable)
                return {**known, clause.variable: source.each}
            case CallQuery():
                with self.holding.called(), self._within():
                    return known | self.query(clause.query, known)
            case CallProcedure():
                self.all_of(clause, known)
                self.holding.match()
                return known | {name: THING for _, name in clause.yields}
        self.all_of(clause, known)
        self.holding.match()
        return known

    def project(self, clause: Project, known: dict[str, Extent]) -> dict[str, Extent]:
        new = {item.name: self.of(item.value, known, 1) for item in clause.items}
        both = known | new
        keys = [self.of(one, both, 1) for one in clause.order]
        cut = Cut.of(number(clause.skip, self.params) if clause.skip else 0, self._limit(clause))
        self._may_keep(clause, self.holding.project(clause, new, keys, cut))
        for one in (clause.skip, clause.limit, clause.where):
            if one is not None:
                self.of(one, both, 1)
        return both if clause.star else new

    @contextmanager
    def _within(self) -> Iterator[None]:
        self.depth += 1
        yield
        self.depth -= 1

    def _limit(self, clause: Project) -> int | None:
        if clause.limit is None:
            return self.limit if clause.final and not self.depth else None
        return number(clause.limit, self.params)

    def all_of(self, part: Part, known: Known) -> None:
        """Every expression in it, wherever it stands in a pattern."""
        for child in children(part):
            if isinstance(child, Expression):
                self.of(child, known, 1)
            else:
                self.all_of(child, known)

    # --- expressions

    def of(self, value: Expression, known: Known, times: int) -> Extent:
        """How large it may become, evaluated so many times for one row."""
        self.steps += 1
        if self.steps > MOST_LOOKS:
            raise self.refuse(value, "this statement is too large to be judged")
        found = self._of(value, known, times)
        if found.length > LONGEST or found.made > LONGEST_MADE:
            raise self.refuse(value, TOO_LONG)
        return found

    def _of(self, value: Expression, known: Known, times: int) -> Extent:
        match value:
            case Literal():
                return extent_of(value.value)
            case Parameter():
                return extent_of(self.params.get(value.name))
            case Variable():
                return known.get(value.name, THING)
            case Property():
                return self.of(value.subject, known, times).under(value.name)
            case Index():
                self.of(value.key, known, times)
                key = given(value.key, self.params)
                return self.of(value.subject, known, times).at(key)
            case Slice():
                for end in filter(None, (value.low, value.high)):
                    self.of(end, known, times)
                return sliced(value, self.of(value.subject, known, times), self.params)
            case ListOf():
                return together([self.of(one, known, times) for one in value.items])
            case MapOf():
                each = [self.of(one, known, times) for one in value.values]
                return mapped(dict(zip(value.names, each, strict=True)))
            case Projection():
                return self._projection(value, known, times)
            case Operation():
                return self._operation(value, known, times)
            case Case():
                return largest(self._each(value, known, times))
            case Comprehension():
                return self._comprehension(value, known, times)
            case Reduce():
                return self._reduce(value, known, times)
            case Call():
                return self._call(value, known, times)
            case PatternComprehension():
                self.all_of(value, known)  # it reads the graph at every step
                one = self.of(value.result, known, times)
                return Extent(UNKNOWN, one.length, fields=one.fields)
            case Subquery():
                with self.holding.inside(apart=True), self._within():
                    columns = self.query(value.query, known)
                    if value.kind != "collect":
                        return ONE
                    return self.holding.listed(value.query, largest(columns.values()))
        return largest(self._each(value, known, times))

    def _each(self, value: Part, known: Known, times: int) -> list[Extent]:
        return [
            self.of(child, known, times)
            for child in children(value)
            if isinstance(child, Expression)
        ]

    def _projection(self, value: Projection, known: Known, times: int) -> Extent:
        whole = self.of(value.subject, known, times)
        each = [self.of(one, known, times) for one in value.values]
        fields = dict(whole.fields or {}) if value.everything else {}
        fields |= {name: whole.under(name) for name in value.properties}
        found = mapped(fields | dict(zip(value.names, each, strict=True)))
        # Of the graph are all that it only shows.
        return found._replace(made=whole.made + len(each) + sum(one.made for one in each))

    def _operation(self, value: Operation, known: Known, times: int) -> Extent:
        inside = [self.of(one, known, times) for one in value.operands]
        if value.operator == "=~":
            many = looks(self.parsed, value.operands[1], inside[0].length, self.params)
            self.spend(value, times * many)
        if value.operator == "IN":
            self.spend(value, times * inside[1].length)
        found = calculated(value.operator, inside)
        if found.length > LONGEST_MADE and value.operator in JOINING:
            raise self.refuse(value, TOO_LONG)
        return found

    def _comprehension(self, value: Comprehension, known: Known, times: int) -> Extent:
        source = self.of(value.source, known, times)
        steps = self.spend(value, times * source.length)
        inner = {**known, value.variable: source.each}
        if value.where is not None:
            self.of(value.where, inner, steps)
        if value.kind != "list":
            return ONE
        if value.result is None:
            return source
        one = self.of(value.result, inner, steps)
        if source.made:
            made = source.made * max(one.made, 1)
        else:
            made = source.length * one.made if one.made > FEW else 0
        length = min(source.length * max(one.length, 1), ENDLESS)
        return Extent(length, one.length, one.value, min(made, ENDLESS), fields=one.fields)

    def _reduce(self, value: Reduce, known: Known, times: int) -> Extent:
        """What a step makes of its accumulator is at most a straight line: twice tells which."""
        source = self.of(value.source, known, times)
        steps = self.spend(value, times * source.length)
        inner = {**known, value.variable: source.each}
        first = self.of(value.initial, known, times)
        low, high = (
            self.of(value.body, {**inner, value.accumulator: Extent(length, length)}, steps)
            for length in (1_000, 2_000)
        )
        short, long = low.length, high.length
        if long - short > 1_000:
            raise self.refuse(value, "its accumulator may double with every step")
        grows = 0 if long == short else short - 1_000
        length = max(first.length, short) + source.length * max(grows, 0)
        if copies(value, self.params):
            self.spend(value, times * source.length * length // COPIED)
        made = length if source.made and grows else first.made
        part = max(first.inner, source.inner, FEW)
        return Extent(length, part, made=made, fields=merged([first, low]))

    def _call(self, value: Call, known: Known, times: int) -> Extent:
        inside = [self.of(one, known, times) for one in value.arguments]
        if value.name == "range":
            return ranged(self.parsed, value, inside, self.params)
        if value.name == "collect" or (value.distinct and value.name in AGGREGATES):
            self._may_keep(value, self.holding.collected(inside))
        return answered(value.name, inside)

    def _may_keep(self, part: Part, kept: int) -> None:
        if kept > MOST_KEPT:
            raise self.refuse(
                part,
                f"this may make {kept:,} parts of lists and texts and keep them all at once: "
                "UNWIND the lists, or make shorter ones",
            )

    def spend(self, value: Expression, steps: int) -> int:
        if steps > MOST:
            raise self.refuse(
                value,
                f"this may take {steps:,} steps inside one expression, and no graph can stop it: "
                "UNWIND the list instead",
            )
        return steps

    def refuse(self, part: Part, reason: str) -> Exception:
        return self.parsed.refuse(reason, part)
