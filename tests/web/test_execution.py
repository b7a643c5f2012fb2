"""The lean executor answers exactly what the library's own would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

import pytest
import strawberry
from graphql import DocumentNode, GraphQLSchema, execute, get_operation_ast, parse

from schema.execute import schema as served
from web.execution import graphql_schema, preparer
from web.plain import plain_fields


class Color(Enum):
    RED = "red"


@strawberry.type
class Thing:
    id: strawberry.ID
    name: str
    maybe: str | None
    count: int
    ratio: float
    yes: bool
    day: date
    color: Color
    tags: list[str]

    @strawberry.field
    def computed(self, times: int = 2) -> str:
        return self.name * times


@dataclass
class Loose:
    """A Thing of any values at all."""

    id: Any = "thing_1"
    name: Any = "ball"
    maybe: Any = None
    count: Any = 3
    ratio: Any = 0.5
    yes: Any = True
    day: Any = date(2024, 1, 1)
    color: Any = Color.RED
    tags: Any = ()

    def computed(self, times: int = 2) -> str:
        return "x" * times


VALUES: tuple[Any, ...] = (
    "text",
    "",
    7,
    0,
    2**31,
    2**70,
    -1.5,
    0.0,
    float("inf"),
    True,
    None,
    [],
    {},
    object(),
    b"x",
)
FIELDS = ("id", "name", "maybe", "count", "ratio", "yes", "day", "color", "tags")


def run(schema: GraphQLSchema, document: DocumentNode, **variables: Any) -> Any:
    operation = get_operation_ast(document)
    assert operation is not None
    return preparer(schema)(document, operation)(None, variables)  # type: ignore[arg-type]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_any_value_of_any_field(field: str, value: Any) -> None:
    @strawberry.type
    class Query:
        @strawberry.field
        def thing(self) -> Thing | None:
            return Loose(**{field: value})  # type: ignore[return-value]

    schema = graphql_schema(strawberry.Schema(Query))
    document = parse(f"{{ thing {{ a: id {field} {field} b: {field} __typename }} }}")
    expected: Any = execute(schema, document)
    found: Any = run(schema, document)
    assert found.data == expected.data
    assert [error.formatted for error in found.errors or ()] == [
        error.formatted for error in expected.errors or ()
    ]


def test_an_attribute_that_is_not_there() -> None:
    @strawberry.type
    class Query:
        @strawberry.field
        def thing(self) -> Thing | None:
            return object()  # type: ignore[return-value]

    schema = graphql_schema(strawberry.Schema(Query))
    document = parse("{ thing { maybe } }")
    found: Any = run(schema, document)
    assert found.errors[0].formatted == execute(schema, document).errors[0].formatted  # type: ignore[union-attr, index]


def test_computed_fields_are_not_plain() -> None:
    plain = plain_fields(graphql_schema(served))
    assert ("User", "username") in plain.leaves
    assert ("User", "followerCount") not in plain.leaves
    assert ("User", "followers") not in plain.leaves
    assert ("Query", "user") not in plain.leaves
