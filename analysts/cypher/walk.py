"""What each part of the judgement asks of the walk through a statement that it is part of."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any, Protocol

from analysts.cypher.language.printing import Edits
from analysts.cypher.language.tokens import Refused
from analysts.cypher.language.tree import Expression, Part, Query
from analysts.cypher.rights import Rights
from analysts.cypher.shapes import Shape, element

Scope = Mapping[str, Shape]
Columns = tuple[tuple[str, Shape], ...]
MIXED = (
    "what tells who somebody is may not be mixed with anything else: keep each in a column, "
    "or under a name in a map, of its own"
)
NOT_PLAIN = "nothing may be computed from what tells who somebody is, nor from a whole node"


class Place(Enum):
    """Where a query stands in a statement."""

    OUTERMOST = auto()  # its rows are the answer
    CALLED = auto()  # in a CALL, or a part of a UNION: its rows go on
    INSIDE = auto()  # of an expression


class Unmask(Protocol):
    """A pseudonym that was given out, back to the id behind it; None if it is none."""

    def __call__(self, pseudonym: Any) -> int | None: ...


class Walk(Protocol):
    rights: Rights
    params: Mapping[str, Any]
    unmask: Unmask
    edits: Edits
    # How many people an aggregate has to be made of; what is counted for that, column by column.
    smallest: int | None
    counted: list[str]

    @property
    def masked(self) -> bool: ...

    def once(self, part: Part) -> bool:
        """An expression may be walked again; it is rewritten the first time."""

    def refuse(self, reason: str, part: Part) -> Refused: ...

    def query(self, query: Query, scope: Scope, place: Place = Place.INSIDE) -> Columns: ...

    def also(self, conditions: list[str], where: Expression | None, last: int) -> None:
        """More conditions for a WHERE, or one of its own behind the last token."""

    def shape(self, value: Expression, scope: Scope) -> Shape: ...

    def plain(self, value: Expression, scope: Scope) -> None:
        """It has to hold nothing of anybody."""


def inside(walk: Walk, value: Expression, scope: Scope) -> Shape:
    """What a list has in it. A text is none: its parts would be computed from it."""
    shape = walk.shape(value, scope)
    if shape.what == "person" and not walk.rights.operator:
        raise walk.refuse(NOT_PLAIN, value)
    return element(shape)
