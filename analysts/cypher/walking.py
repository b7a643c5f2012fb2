"""A statement's clauses in their order: which variables there are, and what each may hold.

On the way patterns are rewritten: those without a label are given the public kinds, and, for
whoever is not an operator, nodes that are gone are left out of every pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from analysts.cypher import groups, judging
from analysts.cypher.binding import bind, guard
from analysts.cypher.groups import has_aggregate
from analysts.cypher.language.parser import Parsed
from analysts.cypher.language.printing import Edits
from analysts.cypher.language.tokens import Refused
from analysts.cypher.language.tree import (
    CallProcedure,
    CallQuery,
    Clause,
    Expression,
    Match,
    Part,
    Project,
    Query,
    Single,
    Unwind,
)
from analysts.cypher.rights import People, Rights
from analysts.cypher.shapes import PLAIN, Shape, is_plain, joined, node
from analysts.cypher.walk import MIXED, NOT_PLAIN, Columns, Place, Scope, Unmask, inside

MOST = 50_000  # steps of judging one statement


@dataclass(slots=True)
class Walker:
    parsed: Parsed
    rights: Rights
    params: Mapping[str, Any]
    unmask: Unmask
    edits: Edits = field(default_factory=Edits)
    smallest: int | None = None
    counted: list[str] = field(default_factory=list)

    _rewritten: set[tuple[int, int]] = field(default_factory=set)
    _steps: int = 0

    def once(self, part: Part) -> bool:
        place = (part.first, part.last)
        new = place not in self._rewritten
        self._rewritten.add(place)
        return new

    @property
    def masked(self) -> bool:
        return self.rights.people is not People.RAW

    def refuse(self, reason: str, part: Part) -> Refused:
        return self.parsed.refuse(reason, part)

    # --- queries

    def query(
        self,
        query: Query,
        scope: Scope,
        place: Place = Place.INSIDE,
        comes_in: Callable[[Single], bool] = lambda single: True,
    ) -> Columns:
        if place is Place.OUTERMOST and len(query.singles) > 1:
            place = Place.CALLED  # a UNION has the same columns everywhere: none can be added
        found = [self.single(one, scope if comes_in(one) else {}, place) for one in query.singles]
        names = [name for name, _ in found[0]]
        for single, columns in zip(query.singles, found, strict=True):
            if columns and names and [name for name, _ in columns] != names:
                raise self.refuse("the parts of a UNION have the same columns in one order", single)
        together = tuple(
            (name, joined(column[at][1] for column in found if column))
            for at, name in enumerate(names)
        )
        if self.masked and any(shape.mixed for _, shape in together):
            raise self.refuse(MIXED, query)
        return together

    def single(self, single: Single, scope: Scope, place: Place) -> Columns:
        columns: Columns = ()
        for clause in single.clauses:
            self.spend(1 + len(scope) // 16, clause)
            scope, columns = self.clause(clause, scope, place)
        return columns

    def clause(self, clause: Clause, scope: Scope, place: Place) -> tuple[Scope, Columns]:
        match clause:
            case Match():
                return self.match(clause, scope), ()
            case Unwind():
                inner = inside(self, clause.source, scope)
                return {**scope, clause.variable: inner}, ()
            case Project():
                return self.project(clause, scope, place)
            case CallQuery():
                return self.call(clause, scope), ()
            case CallProcedure():
                return self.procedure(clause, scope), ()

    def match(self, clause: Match, scope: Scope) -> Scope:
        before = scope
        for path in clause.paths:
            scope = {**scope, **bind(self, path, scope)}
        conditions = [one for path in clause.paths for one in guard(self, path, before, scope)]
        if clause.where is not None:
            self.plain(clause.where, scope)
        self.also(conditions, clause.where, clause.last)
        return scope

    def also(self, conditions: list[str], where: Expression | None, last: int) -> None:
        if not conditions:
            return
        ours = " AND ".join(conditions)
        if where is None:
            self.edits.put_behind(last, f"WHERE {ours}")
        else:
            self.edits.put_before(where.first, "(")
            self.edits.put_behind(where.last, f") AND {ours}")

    def call(self, clause: CallQuery, scope: Scope) -> Scope:
        if clause.imports is None:
            return {**scope, **dict(self.query(clause.query, scope, Place.CALLED, _importing))}
        wanted = scope if clause.star else clause.imports
        inner = {name: scope[name] for name in wanted if name in scope}
        return {**scope, **dict(self.query(clause.query, inner, Place.CALLED))}

    def procedure(self, clause: CallProcedure, scope: Scope) -> Scope:
        if not self.rights.operator:
            raise self.refuse("procedures are for operators", clause)
        for argument in clause.arguments:
            self.shape(argument, scope)
        new = {name: node() if given == "node" else PLAIN for given, name in clause.yields}
        scope = {**scope, **new}
        if clause.where is not None:
            self.plain(clause.where, scope)
        return scope

    def project(self, clause: Project, scope: Scope, place: Place) -> tuple[Scope, Columns]:
        old = [(name, shape) for name, shape in scope.items() if clause.star]
        new = [(one.name, self.shape(one.value, scope)) for one in clause.items]
        columns = (*sorted(old, key=_by_name), *new) if clause.final else (*old, *new)
        names = [name for name, _ in columns]
        if len(set(names)) < len(names) and (clause.final or not clause.star):
            raise self.refuse("two columns have the same name", clause)
        if clause.final and old:
            # Written out: the stores put a star's columns in orders of their own.
            names = [f"`{name}`" for name, _ in sorted(old, key=_by_name)]
            self.edits.instead[clause.first + 1 + clause.distinct] = ", ".join(names)
        both = {**scope, **dict(columns)}
        for one in clause.order:
            if not is_plain(self.shape(one, both)) and not self.rights.operator:
                raise self.refuse(
                    "an order would tell what is hidden: order by something else", one
                )
        for bound in (clause.skip, clause.limit):
            if bound is not None:
                self.plain(bound, {})
        if clause.where is not None:
            self.plain(clause.where, both)
        if self.smallest and has_aggregate(clause):
            groups.leave_out_small(self, clause, scope, columns, place)
        return dict(columns), columns

    # --- expressions

    def shape(self, value: Expression, scope: Scope) -> Shape:
        self.spend(1, value)
        found = judging.shape(self, value, scope)
        if found.mixed and self.masked:
            raise self.refuse(MIXED, value)
        return found

    def spend(self, steps: int, part: Part) -> None:
        """What is nested cleverly is looked at more than once: there is an end to that."""
        self._steps += steps
        if self._steps > MOST:
            raise self.refuse("this statement is too large to be judged", part)

    def plain(self, value: Expression, scope: Scope) -> None:
        if not is_plain(self.shape(value, scope)) and not self.rights.operator:
            raise self.refuse(NOT_PLAIN, value)


def _importing(single: Single) -> bool:
    """`CALL { WITH a … }`: its WITH says what comes in, for this part of a UNION alone."""
    first = single.clauses[0]
    return isinstance(first, Project) and not first.final


def _by_name(column: tuple[str, Shape]) -> str:
    return column[0]
