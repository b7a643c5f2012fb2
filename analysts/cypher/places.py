"""Where a query stands in a statement."""

from __future__ import annotations

from enum import Enum, auto


class Place(Enum):
    OUTERMOST = auto()  # its rows are the answer
    CALLED = auto()  # in a CALL, or a part of a UNION: its rows go on
    INSIDE = auto()  # of an expression
