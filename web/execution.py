"""Runs a validated document on the schema, without what strawberry does around each request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    execute,
    get_nullable_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.execution.execute import assume_not_async_iterable
from graphql.execution.executor_throwing_on_incremental import ExecutorThrowingOnIncremental
from graphql.pyutils import AwaitableOrValue, Path

from resolvers.context import Context
from web.plain import MISSING, Fields, Recipe, coerced, plain_fields, recipe_for
from web.services import Execute


def graphql_schema(schema: strawberry.Schema) -> GraphQLSchema:
    return schema._schema


def executor(schema: GraphQLSchema) -> Execute:
    fields = plain_fields(schema)

    class Lean(_Lean):
        plain = fields

    def run(
        document: DocumentNode,
        context: Context,
        variables: dict[str, Any],
        operation_name: str | None,
        root: object = None,
    ) -> AwaitableOrValue[ExecutionResult]:
        return execute(
            schema,
            document,
            root_value=root,
            context_value=context,
            variable_values=variables,
            operation_name=operation_name,
            executor_class=Lean,
            # No resolver answers a list piece by piece; asking each value would cost.
            is_async_iterable=assume_not_async_iterable,
        )

    return run


class _Lean(ExecutorThrowingOnIncremental):
    """Answers plain fields, and rows of them, at once.

    Whatever is unusual about one takes the library's own way.
    """

    plain: ClassVar[Fields]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # By type and selection, whose lists the library keeps alive for as long as this lives.
        self._recipes: dict[tuple[str, int], Recipe | None] = {}

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: None,
    ) -> Any:
        name = field_details_list[0].node.name.value
        plain = self.plain.leaves.get((parent_type.name, name))
        if plain is not None:
            value = getattr(source, plain.attribute, MISSING)
            if type(value) is plain.as_it_is:
                return value
            if value is None and plain.nullable:
                return None
            value = coerced(plain, value)
            if value is not None:
                return value
        return super().execute_field(
            parent_type, source, field_details_list, path, position_context
        )

    def complete_iterable_value(
        self,
        item_type: GraphQLOutputType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        items: Iterable[Any],
        position_context: None,
    ) -> AwaitableOrValue[list[Any]]:
        type_ = get_nullable_type(item_type)
        if isinstance(type_, GraphQLObjectType) and isinstance(items, list):
            recipe = self._recipe(type_, field_details_list)
            if recipe is not None:
                rows = [recipe.copy(item) for item in items]
                if None not in rows:
                    return rows
        return super().complete_iterable_value(
            item_type, field_details_list, info, path, items, position_context
        )

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: None,
    ) -> AwaitableOrValue[dict[str, Any]]:
        recipe = self._recipe(return_type, field_details_list)
        row = None if recipe is None else recipe.copy(result)
        if row is not None:
            return row
        return super().complete_object_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def _recipe(self, type_: GraphQLObjectType, selection: FieldDetailsList) -> Recipe | None:
        key = type_.name, id(selection)
        if key not in self._recipes:
            self._recipes[key] = recipe_for(self.plain, type_, selection, self._collect)
        return self._recipes[key]

    def _collect(
        self, type_: GraphQLObjectType, selection: FieldDetailsList
    ) -> GroupedFieldSet | None:
        collected = self.collect_subfields(type_, selection)
        if collected.new_defer_usages or collected.forbidden_directive_instances:
            return None
        return collected.grouped_field_set
