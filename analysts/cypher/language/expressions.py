"""Expressions, by precedence climbing: one level of functions however many operators there are."""

from __future__ import annotations

from analysts.cypher.language import atoms, patterns
from analysts.cypher.language.cursor import Cursor
from analysts.cypher.language.tree import (
    Expression,
    HasLabels,
    Index,
    Operation,
    Property,
    Slice,
)

COMPARISONS = ("=", "<>", "<=", ">=", "<", ">")
# By how tightly they bind, as both stores have it; comparisons and tests stand between.
BINARY: dict[str, int] = {
    "OR": 1,
    "XOR": 2,
    "AND": 3,
    **dict.fromkeys(COMPARISONS, 5),
    **dict.fromkeys(("=~", "IN", "STARTS", "ENDS", "CONTAINS", "IS"), 6),
    **dict.fromkeys(("+", "-", "||"), 7),
    **dict.fromkeys(("*", "/", "%"), 8),
    "^": 9,
}
NOT = 4
COMPARISON, TEST = 5, 6


def expression(cursor: Cursor, lowest: int = 1) -> Expression:
    with cursor.deeper():
        first = cursor.at
        found = _prefix(cursor, lowest)
        while (operator := _operator(cursor)) and (binds := BINARY[operator]) >= lowest:
            if binds == COMPARISON:
                found = _comparison(cursor, first, found)
            elif binds == TEST:
                found = _test(cursor, first, found)
            else:
                cursor.take()
                right = expression(cursor, binds + 1)
                found = Operation(
                    first=first, last=cursor.at - 1, operator=operator, operands=(found, right)
                )
        return found


def _operator(cursor: Cursor) -> str | None:
    token = cursor.now
    text = token.text.upper() if token.kind == "name" else token.text
    if token.kind not in ("name", "operator") or text not in BINARY:
        return None
    return text


def _prefix(cursor: Cursor, lowest: int) -> Expression:
    first = cursor.at
    if cursor.word("NOT"):
        cursor.take()
        operand = expression(cursor, NOT)
        return Operation(first=first, last=cursor.at - 1, operator="NOT", operands=(operand,))
    if cursor.sees("-") or cursor.sees("+"):
        sign = cursor.take().text
        operand = expression(cursor, BINARY["^"] + 1)
        return Operation(first=first, last=cursor.at - 1, operator=sign, operands=(operand,))
    return _postfix(cursor)


def _comparison(cursor: Cursor, first: int, left: Expression) -> Expression:
    operators: list[str] = []
    operands = [left]
    while cursor.now.kind == "operator" and cursor.now.text in COMPARISONS:
        operators.append(cursor.take().text)
        operands.append(expression(cursor, COMPARISON + 1))
    return Operation(
        first=first, last=cursor.at - 1, operator=" ".join(operators), operands=tuple(operands)
    )


def _test(cursor: Cursor, first: int, left: Expression) -> Expression:
    """IS NULL, IN, STARTS WITH and their like."""
    operator = cursor.take().text.upper()
    if operator == "IS":
        operator += " NOT" if cursor.skip("NOT") else ""
        if not cursor.skip("NULL"):
            raise cursor.refuse("after IS only NULL and NOT NULL are understood")
        return Operation(
            first=first, last=cursor.at - 1, operator=f"{operator} NULL", operands=(left,)
        )
    if operator in ("STARTS", "ENDS"):
        cursor.expect("WITH")
        operator += " WITH"
    right = expression(cursor, TEST + 1)
    return Operation(first=first, last=cursor.at - 1, operator=operator, operands=(left, right))


def _postfix(cursor: Cursor) -> Expression:
    first = cursor.at
    found = atoms.atom(cursor)
    while True:
        if cursor.sees("."):
            cursor.take()
            name = cursor.name("a property")
            found = Property(first=first, last=cursor.at - 1, subject=found, name=name)
        elif cursor.sees("["):
            found = _indexed(cursor, first, found)
        elif cursor.sees(":"):
            labels = patterns.labels(cursor)
            found = HasLabels(first=first, last=cursor.at - 1, subject=found, labels=labels)
        else:
            return found


def _indexed(cursor: Cursor, first: int, subject: Expression) -> Expression:
    cursor.expect("[")
    low = None if cursor.sees("..") else expression(cursor)
    if cursor.skip(".."):
        high = None if cursor.sees("]") else expression(cursor)
        cursor.expect("]")
        return Slice(first=first, last=cursor.at - 1, subject=subject, low=low, high=high)
    cursor.expect("]")
    assert low is not None
    return Index(first=first, last=cursor.at - 1, subject=subject, key=low)
