"""Clauses and how they follow one another. Those that are not here can't be asked."""

from __future__ import annotations

from analysts.cypher.language import atoms, expressions, patterns
from analysts.cypher.language.cursor import Cursor
from analysts.cypher.language.tree import (
    CallProcedure,
    CallQuery,
    Clause,
    Expression,
    Item,
    Match,
    Path,
    Project,
    Query,
    Single,
    Unwind,
)

WRITES = "CREATE, MERGE, SET, DELETE, DETACH, REMOVE, FOREACH, INSERT, NODETACH, DROP, ALTER"
# Known to be something else than reading: the reason is told.
REASONS = {
    **dict.fromkeys(WRITES.split(", "), "this would change the graph: only reading is allowed"),
    "LOAD": "files and addresses are out of reach",
    "USE": "another graph can't be chosen",
    "PROFILE": "PROFILE runs a statement and hides its failures: ask for a plan with --explain",
    "EXPLAIN": "a plan is asked for with --explain, not within a statement",
    "CYPHER": "options of the server can't be chosen",
    **dict.fromkeys(
        ("SHOW", "TERMINATE", "GRANT", "DENY", "REVOKE", "START", "STOP", "ENABLE", "RENAME"),
        "this is administration of the server",
    ),
    **dict.fromkeys(("BEGIN", "COMMIT", "ROLLBACK"), "transactions are ours"),
    "USING": "hints to the planner are not understood",
    **dict.fromkeys(("LET", "FILTER", "FINISH"), "this clause is not understood by both stores"),
    "ORDER": "ORDER BY belongs to a WITH or RETURN",
}


def statement(cursor: Cursor) -> Query:
    found = query(cursor)
    cursor.skip(";")
    if cursor.now.kind != "end":
        raise _unexpected(cursor)
    return found


def query(cursor: Cursor) -> Query:
    with cursor.deeper():
        first = cursor.at
        singles = [_single(cursor)]
        while cursor.skip("UNION"):
            if not cursor.skip("ALL"):
                cursor.skip("DISTINCT")
            singles.append(_single(cursor))
        return Query(first=first, last=cursor.at - 1, singles=tuple(singles))


def _single(cursor: Cursor) -> Single:
    first = cursor.at
    found: list[Clause] = []
    while True:
        found.append(_clause(cursor))
        last = found[-1]
        if isinstance(last, Project) and last.final:
            return Single(first=first, last=cursor.at - 1, clauses=tuple(found))
        if cursor.now.kind == "end" or cursor.sees("}"):
            raise cursor.refuse("a RETURN is expected here")


def subquery(cursor: Cursor, *, bare: bool) -> Query:
    """Inside braces. `bare`: a pattern alone or clauses without a RETURN are enough."""
    if not bare:
        return query(cursor)
    with cursor.deeper():
        first = cursor.at
        singles = [_bare(cursor)]
        while cursor.skip("UNION"):
            if not cursor.skip("ALL"):
                cursor.skip("DISTINCT")
            singles.append(_bare(cursor))
        return Query(first=first, last=cursor.at - 1, singles=tuple(singles))


def _bare(cursor: Cursor) -> Single:
    first = cursor.at
    found: list[Clause] = []
    if cursor.sees("(") or cursor.ahead(1).text == "=":
        found.append(_pattern(cursor, first, optional=False))
    while not cursor.sees("}") and not cursor.word("UNION"):
        found.append(_clause(cursor))
    if not found:
        raise cursor.refuse("a pattern is expected here")
    return Single(first=first, last=cursor.at - 1, clauses=tuple(found))


def _clause(cursor: Cursor) -> Clause:
    first = cursor.at
    if cursor.words("OPTIONAL", "MATCH"):
        cursor.at += 2
        return _pattern(cursor, first, optional=True)
    if cursor.skip("MATCH"):
        return _pattern(cursor, first, optional=False)
    if cursor.skip("UNWIND"):
        source = expressions.expression(cursor)
        cursor.expect("AS")
        variable = cursor.name("a variable")
        return Unwind(first=first, last=cursor.at - 1, source=source, variable=variable)
    if cursor.word("WITH", "RETURN"):
        return _project(cursor)
    if cursor.word("CALL"):
        return _call(cursor)
    raise _unexpected(cursor)


def _unexpected(cursor: Cursor) -> Exception:
    token = cursor.now
    if token.kind == "end":
        return cursor.refuse("the statement ends too early")
    if reason := REASONS.get(token.text.upper()) if token.kind == "name" else None:
        return cursor.refuse(f"{token.text.upper()}: {reason}")
    if cursor.at and cursor.tokens[cursor.at - 1].text == ";":
        return cursor.refuse("one statement at a time")
    return cursor.refuse("no clause that reads begins here")


def _pattern(cursor: Cursor, first: int, *, optional: bool) -> Match:
    paths: list[Path] = [patterns.path(cursor)]
    while cursor.skip(","):
        paths.append(patterns.path(cursor))
    where = _where(cursor)
    return Match(
        first=first, last=cursor.at - 1, optional=optional, paths=tuple(paths), where=where
    )


def _where(cursor: Cursor) -> Expression | None:
    return expressions.expression(cursor) if cursor.skip("WHERE") else None


def _project(cursor: Cursor) -> Project:
    first = cursor.at
    final = cursor.take().text.upper() == "RETURN"
    distinct = cursor.skip("DISTINCT")
    star = cursor.skip("*")
    items: list[Item] = []
    while (not star and not items) or cursor.skip(","):
        items.append(_item(cursor))
    order = _order(cursor)
    skip = expressions.expression(cursor) if cursor.skip("SKIP") or cursor.skip("OFFSET") else None
    limit = expressions.expression(cursor) if cursor.skip("LIMIT") else None
    where = None if final else _where(cursor)
    return Project(
        first=first,
        last=cursor.at - 1,
        final=final,
        distinct=distinct,
        star=star,
        items=tuple(items),
        order=order,
        skip=skip,
        limit=limit,
        where=where,
    )


def _item(cursor: Cursor) -> Item:
    first = cursor.at
    value = expressions.expression(cursor)
    name, alias = cursor.written(first, cursor.at - 1), None
    if cursor.skip("AS"):
        name = alias = cursor.name("a name")
    elif first == cursor.at - 1 and cursor.tokens[first].kind == "quoted":
        name = cursor.tokens[first].text
    return Item(first=first, last=cursor.at - 1, value=value, alias=alias, name=name)


def _order(cursor: Cursor) -> tuple[Expression, ...]:
    if not cursor.skip("ORDER"):
        return ()
    cursor.expect("BY")
    found: list[Expression] = []
    while not found or cursor.skip(","):
        found.append(expressions.expression(cursor))
        if cursor.word("ASC", "ASCENDING", "DESC", "DESCENDING"):
            cursor.take()
    return tuple(found)


def _call(cursor: Cursor) -> Clause:
    first = cursor.at
    cursor.expect("CALL")
    if cursor.sees("{"):
        return _called(cursor, first, None, star=False)
    if cursor.sees("("):
        imports, star = _imports(cursor)
        return _called(cursor, first, imports, star=star)
    return _procedure(cursor, first)


def _imports(cursor: Cursor) -> tuple[tuple[str, ...], bool]:
    cursor.expect("(")
    if cursor.skip("*"):
        cursor.expect(")")
        return (), True
    found: list[str] = []
    while not cursor.skip(")"):
        if found:
            cursor.expect(",")
        found.append(cursor.name("a variable"))
    return tuple(found), False


def _called(
    cursor: Cursor, first: int, imports: tuple[str, ...] | None, *, star: bool
) -> CallQuery:
    cursor.expect("{")
    inner = query(cursor)
    cursor.expect("}")
    if cursor.word("IN"):
        raise cursor.refuse("transactions are ours")
    return CallQuery(first=first, last=cursor.at - 1, imports=imports, star=star, query=inner)


def _procedure(cursor: Cursor, first: int) -> CallProcedure:
    name = atoms.dotted(cursor, "a procedure")
    cursor.expect("(")
    arguments = atoms.listed(cursor, ")")
    yields: list[tuple[str, str]] = []
    cursor.expect("YIELD")
    while not yields or cursor.skip(","):
        given = cursor.name("what it yields")
        yields.append((given, cursor.name("a variable") if cursor.skip("AS") else given))
    where = _where(cursor)
    return CallProcedure(
        first=first,
        last=cursor.at - 1,
        name=name,
        arguments=arguments,
        yields=tuple(yields),
        where=where,
    )
