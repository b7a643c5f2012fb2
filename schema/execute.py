"""The schema, and one document's way through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from resolvers.context import Context
from schema.errors import present_errors
from schema.mutation import Mutation
from schema.post import Post
from schema.query import Query
from schema.scalars import DATE_TIME, DateTime
from schema.subscription import Subscription
from schema.user import User


class Schema(strawberry.Schema):
    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Nothing: `schema.errors` says and logs what there is to say."""


schema = Schema(
    Query,
    Mutation,
    Subscription,
    types=[User, Post],
    config=StrawberryConfig(scalar_map={DateTime: DATE_TIME}),
    # The same text is parsed and validated once.
    extensions=[ParserCache, ValidationCache],
)


@dataclass(frozen=True, slots=True)
class Answer:
    data: dict[str, Any] | None
    errors: list[GraphQLError]

    def to_json(self) -> dict[str, Any]:
        if not self.errors:
            return {"data": self.data}
        return {"data": self.data, "errors": [error.formatted for error in self.errors]}


async def execute(
    document: str,
    variables: Mapping[str, Any] | None,
    operation_name: str | None,
    context: Context,
) -> Answer:
    result = await schema.execute(
        document,
        variable_values=None if variables is None else dict(variables),
        operation_name=operation_name,
        context_value=context,
    )
    return Answer(result.data, present_errors(result.errors or []))
