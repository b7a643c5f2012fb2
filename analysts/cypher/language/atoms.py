"""What an expression is made of: values, calls, lists, maps, CASE, subqueries, parentheses."""

from __future__ import annotations

from analysts.cypher.language import clauses, expressions, patterns
from analysts.cypher.language.cursor import Cursor
from analysts.cypher.language.tree import (
    Call,
    Case,
    Comprehension,
    Expression,
    ListOf,
    Literal,
    MapOf,
    Parameter,
    PatternComprehension,
    PatternValue,
    Projection,
    Reduce,
    Subquery,
    Variable,
)

CONSTANTS: dict[str, bool | None] = {"TRUE": True, "FALSE": False, "NULL": None}
QUANTIFIERS = ("ALL", "ANY", "NONE", "SINGLE")
SHORTEST = ("SHORTESTPATH", "ALLSHORTESTPATHS")
SUBQUERIES = ("EXISTS", "COUNT", "COLLECT")


def atom(cursor: Cursor) -> Expression:
    first, token = cursor.at, cursor.now
    match token.kind:
        case "int" | "float" | "string":
            cursor.take()
            value = token.text if token.kind == "string" else _number(token.kind, token.text)
            return Literal(first=first, last=first, value=value)
        case "parameter":
            cursor.take()
            return Parameter(first=first, last=first, name=token.text)
        case "name" | "quoted":
            return _named(cursor)
    if cursor.sees("["):
        return _bracket(cursor)
    if cursor.sees("{"):
        return entries(cursor)
    if patterns.begins(cursor):
        return pattern_value(cursor)
    if cursor.sees("("):
        cursor.take()
        inner = expressions.expression(cursor)
        cursor.expect(")")
        return inner
    raise cursor.refuse("a value is expected here")


def _number(kind: str, text: str) -> int | float:
    return int(text) if kind == "int" else float(text)


def _named(cursor: Cursor) -> Expression:
    """Whatever begins with a name."""
    first, token = cursor.at, cursor.now
    word = token.text.upper() if token.kind == "name" else ""
    calls = cursor.ahead(1).kind == "operator" and cursor.ahead(1).text == "("
    if word == "CASE":
        return _case(cursor)
    if word in SUBQUERIES and cursor.ahead(1).text == "{" and cursor.ahead(1).kind == "operator":
        return _subquery(cursor, word)
    if calls and word in SHORTEST:
        return pattern_value(cursor)
    if calls and word in QUANTIFIERS and cursor.ahead(3).is_word("IN"):
        return _quantifier(cursor, word)
    if calls and word == "REDUCE":
        return _reduce(cursor)
    if calls or _is_dotted_call(cursor):
        return _call(cursor)
    if word in CONSTANTS:
        cursor.take()
        return Literal(first=first, last=first, value=CONSTANTS[word])
    name = cursor.name("a value")
    variable = Variable(first=first, last=first, name=name)
    return _projection(cursor, variable) if cursor.sees("{") else variable


def _is_dotted_call(cursor: Cursor) -> bool:
    by = 1
    while cursor.ahead(by).text == "." and cursor.ahead(by + 1).kind in ("name", "quoted"):
        by += 2
    return by > 1 and cursor.ahead(by).text == "(" and cursor.ahead(by).kind == "operator"


def dotted(cursor: Cursor, what: str) -> str:
    """A function's or procedure's name: never quoted, for only known ones pass the gate."""
    first = cursor.at
    name = cursor.name(what)
    while cursor.skip("."):
        name += "." + cursor.name(what)
    cursor.names.difference_update(range(first, cursor.at))
    return name.lower()


def _call(cursor: Cursor) -> Expression:
    first, name = cursor.at, dotted(cursor, "a function")
    cursor.expect("(")
    if cursor.skip("*"):
        cursor.expect(")")
        return Call(first=first, last=cursor.at - 1, name=name, arguments=(), star=True)
    distinct = cursor.word("DISTINCT") and cursor.skip("DISTINCT")
    arguments = listed(cursor, ")")
    return Call(first=first, last=cursor.at - 1, name=name, arguments=arguments, distinct=distinct)


def listed(cursor: Cursor, end: str) -> tuple[Expression, ...]:
    """Expressions with commas between them, and what ends them."""
    found: list[Expression] = []
    if cursor.skip(end):
        return ()
    while True:
        found.append(expressions.expression(cursor))
        if cursor.skip(end):
            return tuple(found)
        cursor.expect(",")


def entries(cursor: Cursor) -> MapOf:
    first = cursor.at
    cursor.expect("{")
    names: list[str] = []
    values: list[Expression] = []
    while not cursor.skip("}"):
        if names:
            cursor.expect(",")
        names.append(cursor.name("a key"))
        cursor.expect(":")
        values.append(expressions.expression(cursor))
    return MapOf(first=first, last=cursor.at - 1, names=tuple(names), values=tuple(values))


def _projection(cursor: Cursor, subject: Variable) -> Expression:
    everything = False
    properties: list[str] = []
    names: list[str] = []
    values: list[Expression] = []
    cursor.expect("{")
    while not cursor.skip("}"):
        if everything or properties or names:
            cursor.expect(",")
        if cursor.sees(".", "*"):
            cursor.at += 2
            everything = True
        elif cursor.skip("."):
            properties.append(cursor.name("a property"))
        else:
            here = cursor.at
            names.append(cursor.name("a key"))
            whole = Variable(first=here, last=here, name=names[-1])
            values.append(expressions.expression(cursor) if cursor.skip(":") else whole)
    return Projection(
        first=subject.first,
        last=cursor.at - 1,
        subject=subject,
        everything=everything,
        properties=tuple(properties),
        names=tuple(names),
        values=tuple(values),
    )


def _bracket(cursor: Cursor) -> Expression:
    first = cursor.at
    cursor.expect("[")
    if cursor.now.kind in ("name", "quoted") and cursor.ahead(1).is_word("IN"):
        variable, source, where = _ranged(cursor)
        result = expressions.expression(cursor) if cursor.skip("|") else None
        cursor.expect("]")
        return Comprehension(
            first=first,
            last=cursor.at - 1,
            kind="list",
            variable=variable,
            source=source,
            where=where,
            result=result,
        )
    if patterns.begins(cursor) or patterns.begins_named(cursor):
        path = patterns.path(cursor)
        where = expressions.expression(cursor) if cursor.skip("WHERE") else None
        if cursor.skip("|"):
            result = expressions.expression(cursor)
            cursor.expect("]")
            return PatternComprehension(
                first=first, last=cursor.at - 1, path=path, where=where, result=result
            )
        raise cursor.refuse("| is expected here")
    items = listed(cursor, "]")
    return ListOf(first=first, last=cursor.at - 1, items=items)


def _ranged(cursor: Cursor) -> tuple[str, Expression, Expression | None]:
    """`x IN source WHERE …`, as comprehensions and quantifiers have it."""
    variable = cursor.name("a variable")
    cursor.expect("IN")
    source = expressions.expression(cursor)
    where = expressions.expression(cursor) if cursor.skip("WHERE") else None
    return variable, source, where


def _quantifier(cursor: Cursor, word: str) -> Expression:
    first = cursor.at
    cursor.at += 2
    variable, source, where = _ranged(cursor)
    cursor.expect(")")
    return Comprehension(
        first=first,
        last=cursor.at - 1,
        kind=word.lower(),
        variable=variable,
        source=source,
        where=where,
        result=None,
    )


def _reduce(cursor: Cursor) -> Expression:
    first = cursor.at
    cursor.at += 2
    accumulator = cursor.name("a variable")
    cursor.expect("=")
    initial = expressions.expression(cursor)
    cursor.expect(",")
    variable, source, where = _ranged(cursor)
    if where is not None:
        raise cursor.refuse("reduce has no WHERE")
    cursor.expect("|")
    body = expressions.expression(cursor)
    cursor.expect(")")
    return Reduce(
        first=first,
        last=cursor.at - 1,
        accumulator=accumulator,
        initial=initial,
        variable=variable,
        source=source,
        body=body,
    )


def _case(cursor: Cursor) -> Expression:
    first = cursor.at
    cursor.expect("CASE")
    subject = None if cursor.word("WHEN") else expressions.expression(cursor)
    conditions: list[Expression] = []
    results: list[Expression] = []
    while cursor.skip("WHEN"):
        conditions.append(expressions.expression(cursor))
        cursor.expect("THEN")
        results.append(expressions.expression(cursor))
    otherwise = expressions.expression(cursor) if cursor.skip("ELSE") else None
    cursor.expect("END")
    if not conditions:
        raise cursor.refuse("a CASE needs a WHEN", first)
    return Case(
        first=first,
        last=cursor.at - 1,
        subject=subject,
        conditions=tuple(conditions),
        results=tuple(results),
        otherwise=otherwise,
    )


def _subquery(cursor: Cursor, word: str) -> Expression:
    first = cursor.at
    cursor.at += 2
    query = clauses.subquery(cursor, bare=word != "COLLECT")
    cursor.expect("}")
    return Subquery(first=first, last=cursor.at - 1, kind=word.lower(), query=query)


def pattern_value(cursor: Cursor) -> PatternValue:
    first = cursor.at
    path = patterns.path(cursor)
    return PatternValue(first=first, last=cursor.at - 1, path=path)
