"""Patterns: nodes, edges, groups that repeat, and the labels that they ask for."""

from __future__ import annotations

from typing import NamedTuple

from analysts.cypher.language import atoms, expressions
from analysts.cypher.language.cursor import Cursor
from analysts.cypher.language.tree import (
    EdgePattern,
    Expression,
    GroupPattern,
    Labels,
    NodePattern,
    Parameter,
    Path,
    Piece,
)

AFTER_VARIABLE = (")", ":", "{")
_ONCE: tuple[int | None, bool] = (1, False)


def begins(cursor: Cursor) -> bool:
    """A node in parentheses, and an arrow behind it: without it these are only parentheses."""
    if not cursor.sees("("):
        return False
    one, two = cursor.ahead(1), cursor.ahead(2)
    named = one.kind in ("name", "quoted") and (
        two.text in AFTER_VARIABLE or two.is_word("WHERE", "IS")
    )
    if not named and one.text not in AFTER_VARIABLE:
        return False
    end = _closing(cursor)
    behind = [cursor.tokens[min(end + by, len(cursor.tokens) - 1)].text for by in (1, 2, 3)]
    return (behind[0] == "-" and behind[1] in ("[", "-")) or (
        behind[:2] == ["<", "-"] and behind[2] in ("[", "-")
    )


def begins_named(cursor: Cursor) -> bool:
    """`p = (a)-->(b)`, as it may begin a comprehension."""
    if cursor.now.kind not in ("name", "quoted") or cursor.ahead(1).text != "=":
        return False
    here, cursor.at = cursor.at, cursor.at + 2
    found = begins(cursor)
    cursor.at = here
    return found


def _closing(cursor: Cursor) -> int:
    """The number of the token that closes this parenthesis."""
    depth = 0
    for number in range(cursor.at, len(cursor.tokens)):
        token = cursor.tokens[number]
        if token.kind == "operator" and token.text in "([{":
            depth += 1
        elif token.kind == "operator" and token.text in ")]}":
            depth -= 1
            if depth == 0:
                return number
    raise cursor.refuse("this parenthesis is not closed")


def path(cursor: Cursor) -> Path:
    first, variable = cursor.at, None
    if cursor.now.kind in ("name", "quoted") and cursor.ahead(1).text == "=":
        variable = cursor.name("a variable")
        cursor.take()
    function = None
    if cursor.word(*atoms.SHORTEST):
        function = cursor.take().text.lower()
        cursor.expect("(")
    pieces = _pieces(cursor)
    if function:
        cursor.expect(")")
    return Path(
        first=first, last=cursor.at - 1, variable=variable, function=function, pieces=pieces
    )


def _pieces(cursor: Cursor) -> tuple[Piece, ...]:
    with cursor.deeper():
        found: list[Piece] = [_node_or_group(cursor)]
        while True:
            if cursor.sees("-") or cursor.sees("<", "-"):
                found.append(_edge(cursor))
                found.append(_node_or_group(cursor))
            elif cursor.sees("("):  # a group stands next to a node without an arrow
                found.append(_node_or_group(cursor))
            else:
                return tuple(found)


def _node_or_group(cursor: Cursor) -> Piece:
    if not cursor.sees("("):
        raise cursor.refuse("a node in parentheses is expected here")
    inner = cursor.ahead(1)
    if inner.kind == "operator" and inner.text == "(":
        return _group(cursor)
    if inner.kind in ("name", "quoted") and cursor.ahead(2).text == "=":
        return _group(cursor)
    return _node(cursor)


def _group(cursor: Cursor) -> GroupPattern:
    first = cursor.at
    cursor.expect("(")
    inner = path(cursor)
    where = expressions.expression(cursor) if cursor.skip("WHERE") else None
    cursor.expect(")")
    longest, _ = _quantifier(cursor)
    return GroupPattern(first=first, last=cursor.at - 1, path=inner, where=where, longest=longest)


def _node(cursor: Cursor) -> NodePattern:
    first = cursor.at
    cursor.expect("(")
    variable = None
    if cursor.now.kind in ("name", "quoted") and not cursor.word("WHERE", "IS"):
        variable = cursor.name("a variable")
    asked = labels(cursor) if cursor.sees(":") or cursor.word("IS") else None
    properties = _properties(cursor)
    where = expressions.expression(cursor) if cursor.skip("WHERE") else None
    cursor.expect(")")
    return NodePattern(
        first=first,
        last=cursor.at - 1,
        variable=variable,
        labels=asked,
        properties=properties,
        where=where,
    )


def _properties(cursor: Cursor) -> Expression | None:
    if cursor.sees("{"):
        return atoms.entries(cursor)
    if cursor.now.kind == "parameter":
        at = cursor.at
        return Parameter(first=at, last=at, name=cursor.take().text)
    return None


def _edge(cursor: Cursor) -> EdgePattern:
    first = cursor.at
    into = cursor.skip("<")
    cursor.expect("-")
    variable, types, properties, where = None, None, None, None
    longest, repeats = _ONCE
    if cursor.skip("["):
        if cursor.now.kind in ("name", "quoted") and not cursor.word("WHERE", "IS"):
            variable = cursor.name("a variable")
        types = labels(cursor) if cursor.sees(":") or cursor.word("IS") else None
        if cursor.skip("*"):
            longest, repeats = _range(cursor), True
        properties = _properties(cursor)
        where = expressions.expression(cursor) if cursor.skip("WHERE") else None
        cursor.expect("]")
    cursor.expect("-")
    out = cursor.skip(">")
    if not repeats:
        longest, repeats = _quantifier(cursor)
    return EdgePattern(
        first=first,
        last=cursor.at - 1,
        variable=variable,
        types=types,
        properties=properties,
        where=where,
        direction="both" if into == out else "in" if into else "out",
        longest=longest,
        repeats=repeats,
    )


def _range(cursor: Cursor) -> int | None:
    """Behind a star: `*`, `*2`, `*1..`, `*..3`, `*1..3`."""
    low = cursor.integer() if cursor.now.kind == "int" else None
    if cursor.skip(".."):
        return cursor.integer() if cursor.now.kind == "int" else None
    return low


def _quantifier(cursor: Cursor) -> tuple[int | None, bool]:
    """`+`, `*`, `{n}`, `{n,m}`: how often at most, and whether it repeats at all."""
    if cursor.skip("+") or cursor.skip("*"):
        return None, True
    if not cursor.skip("{"):
        return _ONCE
    low = cursor.integer() if cursor.now.kind == "int" else None
    longest = low
    if cursor.skip(","):
        longest = cursor.integer() if cursor.now.kind == "int" else None
    cursor.expect("}")
    return longest, True


def labels(cursor: Cursor) -> Labels:
    """`:A`, `:A|B`, `:A:B`, `:A&!B`; the names in it are written out, or it is refused."""
    first = cursor.at
    if not cursor.skip(":"):
        cursor.expect("IS")
    names: list[str] = []
    kind = _labels_of(cursor, names, ("|", "&", ":"))
    return Labels(
        first=first,
        last=cursor.at - 1,
        names=tuple(names),
        choice=kind.choice,
        certain=kind.certain,
    )


class _Kind(NamedTuple):
    choice: bool
    certain: bool


def _labels_of(cursor: Cursor, names: list[str], operators: tuple[str, ...]) -> _Kind:
    """`&` binds tighter than `|`; a colon between labels means what `&` does."""
    whole = _conjunction(cursor, names, operators)
    while cursor.sees("|"):
        cursor.take()
        cursor.skip(":")  # the older `A|:B`
        other = _conjunction(cursor, names, operators)
        whole = _Kind(whole.choice and other.choice, whole.certain and other.certain)
    return whole


def _conjunction(cursor: Cursor, names: list[str], operators: tuple[str, ...]) -> _Kind:
    whole = _label(cursor, names)
    while cursor.sees("&") or (":" in operators and cursor.sees(":")):
        cursor.take()
        other = _label(cursor, names)
        whole = _Kind(False, whole.certain or other.certain)
    return whole


def _label(cursor: Cursor, names: list[str]) -> _Kind:
    with cursor.deeper():
        if cursor.skip("!"):
            _label(cursor, names)
            return _Kind(False, False)
        if cursor.skip("("):
            kind = _labels_of(cursor, names, ("|", "&"))
            cursor.expect(")")
            return kind
        if cursor.sees("$") or cursor.now.kind == "parameter":
            raise cursor.refuse("a label has to be written out")
        if cursor.sees("%"):
            raise cursor.refuse("% stands for labels that are not written out")
        names.append(cursor.name("a label"))
        return _Kind(True, True)
