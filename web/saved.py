"""Saved questions that are published: fields under `saved { … }`, each with its own cost."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from graphql import GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, extend_schema, parse

from analysts.cypher.askers import Asker
from analysts.cypher.desk import Desk, Question
from analysts.cypher.rights import Rights
from analysts.cypher.saved import MISSING, Param, Saved
from web.shapes import COST, MAX_PAGE

_TYPES = {"string": "String", "int": "Int", "float": "Float", "bool": "Boolean"}


def with_saved(schema: GraphQLSchema, desk: Desk) -> GraphQLSchema:
    """The schema and what the files publish; the same schema where they publish nothing."""
    published = [one for one in desk.saved.values() if one.cost is not None]
    if not published:
        return schema
    fields = "\n".join(_field(one) for one in published)
    extended = extend_schema(
        schema,
        parse(
            '"""A row of a saved question: a value for each of its columns."""\nscalar Row\n'
            f"type Saved {{\n{fields}\n}}\n"
            'extend type Query {\n"""Questions of analysts."""\nsaved: Saved!\n}'
        ),
    )
    kind = extended.type_map["Saved"]
    assert isinstance(kind, GraphQLObjectType)
    assert extended.query_type is not None
    extended.query_type.fields["saved"].resolve = lambda *_: {}
    for one in published:
        kind.fields[one.name].resolve = _resolver(desk, one)
        kind.fields[one.name].extensions = {COST: one.cost}
    return extended


def _field(saved: Saved) -> str:
    arguments = ", ".join(_argument(one) for one in saved.params)
    about = f"{json.dumps(saved.about)}\n" if saved.about else ""
    return f"{about}{saved.name}{f'({arguments})' if arguments else ''}: [Row!]!"


def _argument(param: Param) -> str:
    kind = _TYPES[param.type.removesuffix("[]")]
    kind = f"[{kind}!]" if param.type.endswith("[]") else kind
    if param.default is MISSING:
        return f"{param.name}: {kind}!"
    return f"{param.name}: {kind} = {json.dumps(param.default)}"


def _resolver(desk: Desk, saved: Saved) -> Callable[..., Awaitable[list[dict[str, Any]]]]:
    """Asked in the question's own name: who looks at a page is no analyst."""
    asker = Asker(f"saved/{saved.name}", Rights(saved.people))

    async def resolve(_: Any, info: GraphQLResolveInfo[Any], **given: Any) -> list[dict[str, Any]]:
        question = Question(saved.text, saved.filled(given), rows=MAX_PAGE)
        async with desk.ask(asker, question) as answer:
            return [dict(zip(answer.columns, row, strict=True)) async for row in answer]

    return resolve
