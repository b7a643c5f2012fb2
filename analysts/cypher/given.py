"""What is known of an expression's value because it is written out, or a parameter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysts.cypher.language.tree import (
    Call,
    Case,
    Comprehension,
    ListOf,
    Literal,
    Operation,
    Parameter,
    Part,
    Reduce,
    children,
)


def given(value: Part, params: Mapping[str, Any]) -> Any:
    """None for whatever is not."""
    if isinstance(value, Literal):
        return value.value
    return params.get(value.name) if isinstance(value, Parameter) else None


def number(value: Part, params: Mapping[str, Any]) -> int | None:
    if isinstance(value, Operation) and value.operator == "-" and len(value.operands) == 1:
        inner = number(value.operands[0], params)
        return None if inner is None else -inner
    found = given(value, params)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def copies(value: Reduce, params: Mapping[str, Any]) -> bool:
    """A list or a text is made anew at every step, a number is not."""
    if not isinstance(given(value.initial, params), int | float):
        return True
    return _is_long(value.body, params)


def _is_long(part: Part, params: Mapping[str, Any]) -> bool:
    """It may be a list or a text; what is only looked at on the way is not it."""
    match part:
        case ListOf() | Comprehension() | Call():
            return True
        case Operation():
            sums = part.operator in ("+", "||")
            return sums and any(_is_long(one, params) for one in part.operands)
        case Case():
            ways = (*part.results, *([] if part.otherwise is None else [part.otherwise]))
            return any(_is_long(one, params) for one in ways)
    if isinstance(given(part, params), str | list):
        return True
    return any(_is_long(one, params) for one in children(part))
