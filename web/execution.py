"""Runs a validated document on the schema, without what strawberry does around each request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, ClassVar, Protocol

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    execute,
    get_nullable_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.execution.execute import assume_not_async_iterable
from graphql.execution.executor_throwing_on_incremental import ExecutorThrowingOnIncremental
from graphql.pyutils import AwaitableOrValue, Path

from resolvers.context import Context
from schema.here import NOT_HERE
from web.computed import Arguments, Computed, Info, computed_fields, said_fields
from web.plain import MISSING, Fields, Recipe, Says, Within, coerced, plain_fields, recipe_for
from web.prepared import Prepared, can_be_prepared


class Run(Protocol):
    """Runs one operation of a validated document."""

    def __call__(
        self, context: Context, variables: dict[str, Any], root: object = None
    ) -> AwaitableOrValue[ExecutionResult]: ...


Prepare = Callable[[DocumentNode, OperationDefinitionNode], Run]


def graphql_schema(schema: strawberry.Schema) -> GraphQLSchema:
    return schema._schema


def preparer(schema: GraphQLSchema) -> Prepare:
    """What makes an operation of a validated document ready to be run, again and again."""
    fields, calls = plain_fields(schema), computed_fields(schema)

    class Lean(_Lean):
        plain = fields
        computed = calls
        said = said_fields(calls)

    def prepare(document: DocumentNode, operation: OperationDefinitionNode) -> Run:
        if can_be_prepared(document, operation):
            return Prepared(Lean, schema, document, operation)
        name = operation.name.value if operation.name else None

        def run(
            context: Context, variables: dict[str, Any], root: object = None
        ) -> AwaitableOrValue[ExecutionResult]:
            return execute(
                schema,
                document,
                root_value=root,
                context_value=context,
                variable_values=variables,
                operation_name=name,
                executor_class=Lean,
                # No resolver answers a list piece by piece; asking each value would cost.
                is_async_iterable=assume_not_async_iterable,
            )

        return run

    return prepare


class _Lean(ExecutorThrowingOnIncremental):
    """Answers plain fields, and rows of them, at once, and calls our functions directly.

    Whatever is unusual about one takes the library's own way.
    """

    plain: ClassVar[Fields]
    computed: ClassVar[Mapping[tuple[str, str], Computed]]
    said: ClassVar[Mapping[tuple[str, str], Says]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # By type and selection, whose lists the library keeps alive for as long as this lives.
        self._recipes: dict[tuple[str, int], Recipe | None] = {}
        # By type and node.
        self._arguments: dict[tuple[str, int], Arguments] = {}

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: None,
    ) -> Any:
        key = parent_type.name, field_details_list[0].node.name.value
        plain = self.plain.leaves.get(key)
        if plain is not None:
            value = getattr(source, plain.attribute, MISSING)
            if type(value) is plain.as_it_is:
                return value
            if value is None and plain.nullable:
                return None
            value = coerced(plain, value)
            if value is not None:
                return value
        elif (computed := self.computed.get(key)) is not None:
            return self._call(computed, parent_type, source, field_details_list, path)
        elif (within := self.plain.objects.get(key)) is not None:
            value = getattr(source, within.attribute, None)
            if type(value) is within.origin:
                info: Any = Info(self.context_value, parent_type, key[1])
                return self._within(within, field_details_list, info, path, value)
        return super().execute_field(
            parent_type, source, field_details_list, path, position_context
        )

    def _within(
        self,
        within: Within,
        selection: FieldDetailsList,
        info: Any,
        path: Path,
        value: Any,
    ) -> Any:
        """An attribute that is an object; what fails in it is as with any field."""
        try:
            completed = self.complete_object_value(within.kind, selection, info, path, value, None)
        except Exception as error:  # noqa: BLE001  # located, and told
            self.handle_field_error(error, within.type, selection, path)
            return None
        if self.is_awaitable(completed):
            return self._completed(within.type, selection, path, completed)
        return completed

    def _call(
        self,
        computed: Computed,
        parent: GraphQLObjectType,
        source: Any,
        selection: FieldDetailsList,
        path: Path,
    ) -> Any:
        """As the library's `execute_field`, without its description of the call."""
        info: Any = Info(self.context_value, parent, computed.name)
        try:
            result = NOT_HERE if computed.here is None else computed.here(source, info)
            if result is NOT_HERE:
                given = self._given(computed, parent, selection)
                if computed.wants_info:
                    given["info"] = info
                result = computed.function(source, **given)
            if self.is_awaitable(result):
                return self._awaited(computed, selection, info, path, result)
            completed = self._complete(computed, selection, info, path, result)
        except Exception as error:  # noqa: BLE001  # located, and told
            self.handle_field_error(error, computed.type, selection, path)
            return None
        if self.is_awaitable(completed):
            return self._completed(computed.type, selection, path, completed)
        return completed

    def _given(
        self, computed: Computed, parent: GraphQLObjectType, selection: FieldDetailsList
    ) -> dict[str, Any]:
        if not computed.names:
            return {}
        node = selection[0].node
        key = parent.name, id(node)
        arguments = self._arguments.get(key)
        if arguments is None:
            arguments = self._arguments[key] = Arguments(computed, node)
        return arguments.of(self.variable_values)

    def _complete(
        self, computed: Computed, selection: FieldDetailsList, info: Any, path: Path, result: Any
    ) -> Any:
        if computed.object_type is not None and type(result) is computed.origin:
            return self.complete_object_value(
                computed.object_type, selection, info, path, result, None
            )
        if computed.leaf is not None and type(result) is computed.leaf.as_it_is:
            return result
        if computed.leaf is not None and result is not None:
            value = coerced(computed.leaf, result)
            if value is not None:
                return value
        return self.complete_value(computed.type, selection, info, path, result, None)

    async def _awaited(
        self,
        computed: Computed,
        selection: FieldDetailsList,
        info: Any,
        path: Path,
        result: Awaitable[Any],
    ) -> Any:
        """As the library's `complete_awaitable_value`, without an abort signal: we give none."""
        try:
            completed = self._complete(computed, selection, info, path, await result)
            return await completed if self.is_awaitable(completed) else completed
        except Exception as error:  # noqa: BLE001  # located, and told
            self.handle_field_error(error, computed.type, selection, path)
            return None

    async def _completed(
        self,
        type_: GraphQLOutputType,
        selection: FieldDetailsList,
        path: Path,
        value: Awaitable[Any],
    ) -> Any:
        try:
            return await value
        except Exception as error:  # noqa: BLE001  # located, and told
            self.handle_field_error(error, type_, selection, path)
            return None

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
                rows = _rows(recipe, items, Info(self.context_value, type_, ""))
                if rows is not None:
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
        if recipe is not None:
            rows = _rows(recipe, [result], Info(self.context_value, return_type, ""))
            if rows is not None:
                return rows[0]
        if type(result) is self.plain.origins.get(return_type.name):
            fields = self._collect(return_type, field_details_list)
            if fields is not None:
                return self.execute_fields(return_type, result, path, fields, None)
        return super().complete_object_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def _recipe(self, type_: GraphQLObjectType, selection: FieldDetailsList) -> Recipe | None:
        key = type_.name, id(selection)
        if key not in self._recipes:
            self._recipes[key] = recipe_for(self.plain, self.said, type_, selection, self._collect)
        return self._recipes[key]

    def _collect(
        self, type_: GraphQLObjectType, selection: FieldDetailsList
    ) -> GroupedFieldSet | None:
        collected = self.collect_subfields(type_, selection)
        if collected.new_defer_usages or collected.forbidden_directive_instances:
            return None
        return collected.grouped_field_set


def _rows(recipe: Recipe, items: Iterable[Any], info: Any) -> list[dict[str, Any]] | None:
    """All of them, or None where one has to be asked for."""
    rows = []
    try:
        for item in items:
            row = recipe.copy(item, info)
            if row is None:
                return None
            rows.append(row)
    except Exception:  # noqa: BLE001  # the library comes across it again, and tells it
        return None
    return rows
