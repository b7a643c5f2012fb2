"""Aggregates of few people are left out: of how many a group is made is counted beside it.

Every person in scope has to be among so many different ones. In a WITH that is a condition, in the
outermost RETURN a column, and the RETURN of a CALL or of a UNION becomes a WITH before it. In an
expression a group can't be left out: that is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysts.cypher.allowed import AGGREGATES
from analysts.cypher.language.tree import Call, Item, Part, Project, Subquery, Variable, children
from analysts.cypher.shapes import Shape
from analysts.cypher.walk import Place, Scope, Walk

# For what is counted or collected inside an expression.
INSTEAD = (
    "small groups are left out, and here none can be: MATCH it, and aggregate in WITH or RETURN"
)


def leave_out_small(
    walk: Walk,
    clause: Project,
    scope: Scope,
    columns: Sequence[tuple[str, Shape]],
    place: Place,
) -> None:
    if not walk.once(clause):
        return
    people = [name for name, one in scope.items() if one.what == "node" and "User" in one.kinds]
    if not people:
        raise walk.refuse("small groups are left out: keep a person in scope", clause)
    names = [walk.edits.fresh() for _ in people]
    counts = [
        f"count(DISTINCT `{person}`) AS {name}" for person, name in zip(people, names, strict=True)
    ]
    last = clause.items[-1].last if clause.items else clause.first + 1 + clause.distinct
    walk.edits.put_behind(last, ", " + ", ".join(counts))
    conditions = [f"{name} >= {walk.smallest}" for name in names]
    if not clause.final:
        walk.also(conditions, clause.where, clause.last)
    elif place is Place.OUTERMOST:
        walk.counted += names
    elif place is Place.CALLED:
        _first_with(walk, clause, conditions, [name for name, _ in columns])


def _first_with(
    walk: Walk, clause: Project, conditions: Sequence[str], columns: Sequence[str]
) -> None:
    """WITH what is returned, WHERE it is of enough people, and only then RETURN it."""
    for item in clause.items:
        if item.alias is None and not isinstance(item.value, Variable):
            raise walk.refuse("small groups are left out: name this with AS", item)
    walk.edits.instead[clause.first] = "WITH"
    returned = ", ".join(f"`{name}`" for name in columns)
    walk.edits.put_behind(clause.last, f"WHERE {' AND '.join(conditions)} RETURN {returned}")


def has_aggregate(clause: Project) -> bool:
    return any(aggregates(item) for item in clause.items)


def aggregates(part: Item | Part) -> bool:
    if isinstance(part, Call) and part.name in AGGREGATES:
        return True
    return not isinstance(part, Subquery) and any(aggregates(one) for one in children(part))
