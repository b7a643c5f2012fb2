"""Runs a validated document on the schema, without what strawberry does around each request."""

from __future__ import annotations

from typing import Any

import strawberry
from graphql import DocumentNode, ExecutionResult, GraphQLSchema, execute
from graphql.execution.execute import assume_not_async_iterable
from graphql.pyutils import AwaitableOrValue

from resolvers.context import Context
from web.services import Execute


def graphql_schema(schema: strawberry.Schema) -> GraphQLSchema:
    return schema._schema


def executor(schema: GraphQLSchema) -> Execute:
    def run(
        document: DocumentNode,
        context: Context,
        variables: dict[str, Any],
        operation_name: str | None,
    ) -> AwaitableOrValue[ExecutionResult]:
        return execute(
            schema,
            document,
            context_value=context,
            variable_values=variables,
            operation_name=operation_name,
            # No resolver answers a list piece by piece; asking each value would cost.
            is_async_iterable=assume_not_async_iterable,
        )

    return run
