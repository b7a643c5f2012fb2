"""How much one expression may do, before it is asked.

A store can stop a statement between rows and wherever it reads the graph, but not in the middle
of an expression that does neither: a comprehension over a comprehension over `range()` runs until
the server is restarted, on both. So loops inside expressions are bounded here, from what is known
of the lists that they run over; what is not known counts as `UNKNOWN`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysts.cypher.extents import (
    ENDLESS,
    FEW,
    LETTERS,
    ONE,
    SOME,
    UNKNOWN,
    WAY,
    Extent,
    extent_of,
    larger,
    together,
)
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
    Subquery,
    Unwind,
    Variable,
    children,
)
from analysts.cypher.taming import tamed

MOST = 10_000_000  # steps of one evaluation: about a second
LONGEST = 20_000_000  # parts of one value
LONGEST_RANGE = 1_000_000
MOST_LOOKS = 50_000  # of the measuring itself: a reduce in a reduce is looked at twice
Known = Mapping[str, Extent]
_LENGTHS = {
    "collect": UNKNOWN,
    "nodes": WAY,
    "relationships": WAY,
    "labels": FEW,
    "keys": FEW,
    "properties": FEW,
}
# What they answer with is as long as what they are given, and no longer.
_KEEPING = frozenset(
    re.findall(
        r"\w+",
        """coalesce tail reverse left right substring trim ltrim rtrim btrim tolower toupper lower
        upper normalize nullif tostringlist tointegerlist tofloatlist tobooleanlist""",
    )
)
_PICKING = ("head", "last", "min", "max")


@dataclass(slots=True)
class Measure:
    parsed: Parsed
    params: Mapping[str, Any]
    steps: int = 0

    # --- clauses

    def query(self, query: Query, known: Known) -> dict[str, Extent]:
        last: dict[str, Extent] = {}
        for single in query.singles:
            now = dict(known)
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
                return {**known, clause.variable: source.one}
            case CallQuery():
                return known | self.query(clause.query, known)
            case CallProcedure():
                self.all_of(clause, known)
                return known | {name: SOME for _, name in clause.yields}
        self.all_of(clause, known)
        return known

    def project(self, clause: Project, known: dict[str, Extent]) -> dict[str, Extent]:
        new = {item.name: self.of(item.value, known, 1) for item in clause.items}
        both = known | new
        rest = (*clause.order, clause.skip, clause.limit, clause.where)
        for one in rest:
            if one is not None:
                self.of(one, both, 1)
        return both if clause.star else new

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
        if found.length > LONGEST:
            raise self.refuse(value, "this may grow too large: return rows instead of one value")
        return found

    def _of(self, value: Expression, known: Known, times: int) -> Extent:
        match value:
            case Literal():
                return extent_of(value.value)
            case Parameter():
                return extent_of(self.params.get(value.name))
            case Variable():
                return known.get(value.name, SOME)
            case Property():
                self.of(value.subject, known, times)
                return Extent(FEW, FEW)
            case Index():
                self.of(value.key, known, times)
                return self.of(value.subject, known, times).one
            case ListOf(items=items) | MapOf(values=items) | Projection(values=items):
                return together([self.of(one, known, times) for one in items])
            case Operation():
                return self._operation(value, known, times)
            case Case():
                return max(self._each(value, known, times), default=ONE)
            case Comprehension():
                return self._comprehension(value, known, times)
            case Reduce():
                return self._reduce(value, known, times)
            case Call():
                return self._call(value, known, times)
            case PatternComprehension():
                self.all_of(value, known)  # it reads the graph at every step
                return SOME
            case Subquery():
                self.query(value.query, known)
                return SOME if value.kind == "collect" else ONE
        return max(self._each(value, known, times), default=ONE)

    def _each(self, value: Part, known: Known, times: int) -> list[Extent]:
        return [
            self.of(child, known, times)
            for child in children(value)
            if isinstance(child, Expression)
        ]

    def _operation(self, value: Operation, known: Known, times: int) -> Extent:
        inside = [self.of(one, known, times) for one in value.operands]
        if value.operator == "=~":
            self._tame(value, inside[0], times)
        if value.operator == "IN":
            self.spend(value, times * inside[1].length)
        if value.operator in ("+", "||"):
            length = sum(one.length for one in inside)
            inner = max(one.inner for one in inside)
            return Extent(length, inner, min(ENDLESS, sum(one.value for one in inside)))
        if value.operator == "-" and len(inside) == 2:
            return Extent(1, 1, inside[0].value)
        if value.operator == "*":
            return Extent(1, 1, min(ENDLESS, inside[0].value * inside[1].value))
        return ONE

    def _comprehension(self, value: Comprehension, known: Known, times: int) -> Extent:
        source = self.of(value.source, known, times)
        steps = self.spend(value, times * source.length)
        inner = {**known, value.variable: source.one}
        if value.where is not None:
            self.of(value.where, inner, steps)
        if value.kind != "list":
            return ONE
        if value.result is None:
            return source
        one = self.of(value.result, inner, steps)
        return Extent(min(source.length * max(one.length, 1), ENDLESS), one.length, one.value)

    def _reduce(self, value: Reduce, known: Known, times: int) -> Extent:
        """What a step makes of its accumulator is at most a straight line: twice tells which."""
        source = self.of(value.source, known, times)
        steps = self.spend(value, times * source.length)
        inner = {**known, value.variable: source.one}
        first = self.of(value.initial, known, times)
        short, long = (
            self.of(value.body, {**inner, value.accumulator: Extent(length, length)}, steps).length
            for length in (1_000, 2_000)
        )
        if long - short > 1_000:
            raise self.refuse(value, "its accumulator may double with every step")
        grows = 0 if long == short else short - 1_000
        length = max(first.length, short) + source.length * max(grows, 0)
        return Extent(length, max(first.inner, source.inner, FEW))

    def _call(self, value: Call, known: Known, times: int) -> Extent:
        inside = [self.of(one, known, times) for one in value.arguments]
        if value.name == "range":
            return self._range(value, inside)
        if value.name in _LENGTHS:
            inner = inside[0].length if value.name == "collect" and inside else FEW
            return Extent(_LENGTHS[value.name], inner)
        if value.name in ("size", "length", "char_length", "character_length"):
            return Extent(1, 1, max((one.length for one in inside), default=1))
        if value.name == "split":
            longest = max(inside[0].length, LETTERS) if inside else LETTERS
            return Extent(longest, longest)
        if value.name == "replace" and len(inside) == 3:
            longest = min(ENDLESS, inside[0].length * max(inside[2].length, 1))
            return Extent(longest, longest)
        if value.name in _PICKING:
            return max(inside, default=ONE).one
        if value.name in _KEEPING:
            return max(inside, default=ONE)
        return ONE

    def _range(self, value: Call, inside: list[Extent]) -> Extent:
        low, high = (one.value for one in inside[:2]) if len(inside) > 1 else (0, ENDLESS)
        longest = low + high + 1
        ends = [self._number(one) for one in value.arguments]
        if None not in ends and len(ends) in (2, 3) and (ends[2:] or [1])[0]:
            step = (ends[2:] or [1])[0] or 1
            longest = max(0, ((ends[1] or 0) - (ends[0] or 0)) // step + 1)
        if longest > LONGEST_RANGE:
            raise self.refuse(
                value,
                f"range() may have {LONGEST_RANGE:,} elements, and its ends have to be numbers, "
                "parameters or sizes",
            )
        return Extent(longest, 1, low + high)

    def _number(self, value: Expression) -> int | None:
        """A number that is written out, or given."""
        if isinstance(value, Operation) and value.operator == "-" and len(value.operands) == 1:
            inner = self._number(value.operands[0])
            return None if inner is None else -inner
        given = self._given(value)
        return given if isinstance(given, int) and not isinstance(given, bool) else None

    def _given(self, value: Expression) -> Any:
        if isinstance(value, Literal):
            return value.value
        return self.params.get(value.name) if isinstance(value, Parameter) else None

    def _tame(self, value: Operation, text: Extent, times: int) -> None:
        pattern = value.operands[1]
        given = self._given(pattern)
        if not isinstance(given, str):
            raise self.refuse(pattern, "a regular expression has to be written out, or given")
        cost = tamed(given)
        if cost is None:
            raise self.refuse(pattern, "this regular expression may take for ever: make it plainer")
        self.spend(value, times * cost.ways * max(text.length, FEW) ** cost.unbounded)

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
