"""Runs a validated document on the schema, without what strawberry does around each request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    execute,
    get_nullable_type,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.execute import assume_not_async_iterable
from graphql.execution.executor_throwing_on_incremental import ExecutorThrowingOnIncremental
from graphql.pyutils import AwaitableOrValue, Path

from resolvers.context import Context
from web.services import Execute

# Values of these types are answered as they are. (An Int may be too large, and is looked at.)
AS_THEY_ARE: Mapping[str, type] = {"ID": str, "String": str, "Boolean": bool}


@dataclass(frozen=True, slots=True)
class Plain:
    """A field that is an attribute of its object and a leaf of the answer."""

    attribute: str
    nullable: bool
    as_it_is: type | None
    coerce: Callable[[Any], Any]


MISSING = object()

PlainFields = Mapping[tuple[str, str], Plain]


def graphql_schema(schema: strawberry.Schema) -> GraphQLSchema:
    return schema._schema


def executor(schema: GraphQLSchema) -> Execute:
    plain = plain_fields(schema)

    class Lean(_Lean):
        plain_fields = plain

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
            executor_class=Lean,
            # No resolver answers a list piece by piece; asking each value would cost.
            is_async_iterable=assume_not_async_iterable,
        )

    return run


def plain_fields(schema: GraphQLSchema) -> PlainFields:
    return {
        (type_.name, name): plain
        for type_ in schema.type_map.values()
        if isinstance(type_, GraphQLObjectType)
        for name, field in type_.fields.items()
        if (plain := _plain(field)) is not None
    }


def _plain(field: GraphQLField) -> Plain | None:
    definition = field.extensions.get("strawberry-definition")
    nullable = not isinstance(field.type, GraphQLNonNull)
    leaf = get_nullable_type(field.type)
    if definition is None or not definition.is_basic_field or field.args:
        return None
    if not isinstance(leaf, GraphQLScalarType):
        return None
    return Plain(
        definition.python_name, nullable, AS_THEY_ARE.get(leaf.name), leaf.coerce_output_value
    )


class _Lean(ExecutorThrowingOnIncremental):
    """Answers plain fields at once; whatever is unusual about one takes the library's own way."""

    plain_fields: ClassVar[PlainFields] = {}

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: None,
    ) -> Any:
        name = field_details_list[0].node.name.value
        plain = self.plain_fields.get((parent_type.name, name))
        if plain is not None:
            value = getattr(source, plain.attribute, MISSING)
            if type(value) is plain.as_it_is:
                return value
            if value is None and plain.nullable:
                return None
            try:
                coerced = plain.coerce(value)
            except Exception:  # noqa: BLE001  # raised again below, located
                coerced = None
            if coerced is not None:
                return coerced
        return super().execute_field(
            parent_type, source, field_details_list, path, position_context
        )
