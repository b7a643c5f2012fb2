"""The gate: a statement's text to one that may be sent to a store, or the reason why not.

It is judged from a parse and never from words in its text. What is sent is printed from the same
tokens, so that the store reads what was judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analysts.cypher.allowed import FUNCTIONS, PROCEDURES
from analysts.cypher.language import parse
from analysts.cypher.language.parser import Parsed
from analysts.cypher.language.printing import OURS, Edits, print_statement
from analysts.cypher.language.tree import Call, CallProcedure, Labels, Project, Property, walk
from analysts.cypher.measuring import Measure
from analysts.cypher.rights import OPERATOR, Rights
from analysts.cypher.shapes import Shape
from analysts.cypher.walk import Place, Unmask
from analysts.cypher.walking import Walker
from graph.errors import BadInput

DEEPEST = 40
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement that may run."""

    text: str
    params: Mapping[str, Any]
    columns: tuple[str, ...]
    # What each column may hold, for whoever masks it; hidden ones that were added come last.
    shapes: tuple[Shape, ...]
    counted: int  # so many columns at the end say of how many people a row is made
    smallest: int  # and each has to be at least this
    parsed: Parsed


def judge(
    text: str,
    params: Mapping[str, Any],
    rights: Rights = OPERATOR,
    *,
    limit: int | None = None,
    smallest: int | None = None,
    unmask: Unmask = lambda pseudonym: None,
) -> Judged:
    """Raises Refused. With `limit`, no more rows than that are asked for.

    With `smallest`, aggregates of fewer people are left out. `unmask` reads a pseudonym.
    """
    check_values(params)
    parsed = parse(text)
    walker = Walker(parsed, rights, params, unmask, smallest=smallest)
    try:
        _check_names(parsed, params)
        _check_parts(parsed)
        Measure(parsed, params, limit).query(parsed.query, {})
        found = walker.query(parsed.query, {}, Place.OUTERMOST)
    except RecursionError:  # `1 + 1 + …`: the parse has no depth, what it makes has
        raise parsed.refuse("this is nested too deeply", parsed.query) from None
    if limit is not None:
        _bound(parsed, walker.edits, limit)
    printed, ours = print_statement(parsed, walker.edits)
    names = tuple(name for name, _ in found)
    shapes = tuple(shape for _, shape in found)
    return Judged(
        printed, {**params, **ours}, names, shapes, len(walker.counted), smallest or 0, parsed
    )


def check_values(params: Mapping[str, Any]) -> None:
    """What a store can be sent: integers of 64 bits, characters that exist, nothing too deep."""
    now = list(params.values())
    for _ in range(DEEPEST):
        now = [inner for one in now for inner in _checked(one)]
        if not now:
            return
    raise BadInput(f"A parameter may be nested {DEEPEST} deep.")


def _checked(value: Any) -> Iterable[Any]:
    """Parts of it."""
    if type(value) is int and not -(2**63) <= value < 2**63:
        raise BadInput("An integer in a parameter has at most 64 bits.")
    if isinstance(value, str) and not value.isascii() and _SURROGATE.search(value):
        raise BadInput("A parameter holds half a character.")
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else ()


def _check_names(parsed: Parsed, params: Mapping[str, Any]) -> None:
    for token in parsed.tokens:
        if token.kind in ("name", "quoted", "parameter") and token.text.startswith(OURS):
            raise parsed.source.refuse(f"names that begin with {OURS} are ours", token.at)
        if token.kind == "parameter" and token.text not in params:
            raise parsed.source.refuse(f"the parameter ${token.text} has no value", token.at)
    if any(name.startswith(OURS) for name in params):
        raise BadInput(f"Names that begin with {OURS} are ours.")


def _check_parts(parsed: Parsed) -> None:
    for part in walk(parsed.query):
        if isinstance(part, Labels) and any(name.startswith("_") for name in part.names):
            raise parsed.refuse("labels that begin with _ are not for analysts", part)
        if isinstance(part, Property) and part.name.startswith("_"):
            raise parsed.refuse("properties that begin with _ are not for analysts", part)
        if isinstance(part, Call) and part.name not in FUNCTIONS:
            raise parsed.refuse(f"the function {part.name}() is not among those allowed", part)
        if isinstance(part, CallProcedure) and part.name not in PROCEDURES:
            raise parsed.refuse(f"the procedure {part.name} is not among those allowed", part)


def _bound(parsed: Parsed, edits: Edits, limit: int) -> None:
    """The planner had better know how much is wanted. A UNION has no LIMIT of its own."""
    singles = parsed.query.singles
    last = singles[0].clauses[-1]
    if len(singles) == 1 and isinstance(last, Project) and last.limit is None:
        edits.put_behind(last.last, f"LIMIT {limit}")
