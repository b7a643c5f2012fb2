"""An operation made ready once: what depends on its text alone is kept between its runs."""

from __future__ import annotations

from copy import copy
from typing import Any

from graphql import (
    BREAK,
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    VariableDefinitionNode,
    Visitor,
    default_field_resolver,
    default_type_resolver,
    visit,
)
from graphql.execution.collect_fields import FragmentDetails, collect_fields
from graphql.execution.execute import assume_not_async_iterable
from graphql.execution.executor import CollectedErrors, Executor
from graphql.execution.values import VariableValues, get_variable_values
from graphql.pyutils import AwaitableOrValue

from resolvers.context import Context

MAX_ERRORS = 50


def can_be_prepared(document: DocumentNode, operation: OperationDefinitionNode) -> bool:
    """A query in which no directive, and so no variable, decides which fields are asked for."""
    if operation.operation != OperationType.QUERY:
        return False
    search = _Directives()
    visit(document, search)
    return not search.found


class _Directives(Visitor):
    found = False

    def enter_directive(self, node: DirectiveNode, *_: Any) -> Any:
        self.found = True
        return BREAK


class Prepared:
    """Runs as the library does.

    Its memory of selections, by the identity of their lists, is shared by all runs, which is
    right as long as nothing but the text decides what is selected.
    """

    def __init__(
        self,
        executor: type[Executor[None]],
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
    ) -> None:
        definitions = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        nothing = VariableValues({}, {})
        self._blank = executor(
            schema,
            definitions,
            {name: FragmentDetails(node) for name, node in definitions.items()},
            None,
            None,
            operation,
            nothing,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            # No resolver answers a list piece by piece; asking each value would cost.
            is_async_iterable=assume_not_async_iterable,
        )
        self._schema = schema
        assert schema.query_type is not None
        self._type = schema.query_type
        self._variables: tuple[VariableDefinitionNode, ...] = tuple(
            operation.variable_definitions or ()
        )
        self._nothing = nothing
        self._fields = collect_fields(
            schema, self._blank.fragments, nothing, self._type, operation
        ).grouped_field_set

    def __call__(
        self, context: Context, variables: dict[str, Any], root: object = None
    ) -> AwaitableOrValue[ExecutionResult]:
        values: Any = self._nothing
        if self._variables:
            values = get_variable_values(
                self._schema, self._variables, variables, max_errors=MAX_ERRORS
            )
            if isinstance(values, list):
                return ExecutionResult(None, values)
        run = copy(self._blank)
        run.context_value = context
        run.root_value = root
        run.variable_values = values
        run.collected_errors = CollectedErrors()
        run.pending_incremental_futures = set()
        run.background_futures = set()
        try:
            data = run.execute_fields(self._type, root, None, self._fields, None)
        except GraphQLError as error:
            return _failed(run, error)
        return _awaited(run, data) if run.is_awaitable(data) else _answer(run, data)


async def _awaited(run: Executor[None], data: Any) -> ExecutionResult:
    try:
        return _answer(run, await data)
    except GraphQLError as error:
        return _failed(run, error)


def _failed(run: Executor[None], error: GraphQLError) -> ExecutionResult:
    run.collected_errors.add(error, None)
    return _answer(run, None)


def _answer(run: Executor[None], data: Any) -> ExecutionResult:
    return ExecutionResult(data, run.collected_errors.errors or None)
