"""Fields that a function of ours computes, called without what strawberry does around each call."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import FunctionType
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.values import VariableValues, get_argument_values

from schema.here import Here
from web.plain import Plain, Says, leaf_of, origin_of

DEFINITION = "strawberry-definition"
# Values that every call may share.
FIXED = (str, int, float, bool, Enum, type(None))


@dataclass(frozen=True, slots=True)
class Info:
    """What our functions, and the library completing their values, want to know of a call."""

    context: Any
    parent_type: GraphQLObjectType
    field_name: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A field, the function behind it, and the function's names of the field's arguments."""

    name: str
    field: GraphQLField
    type: GraphQLOutputType
    # Where its values are objects of a class of ours.
    object_type: GraphQLObjectType | None
    origin: builtins.type | None
    function: Callable[..., Any]
    # Where its values are scalars.
    leaf: Plain | None
    wants_info: bool
    # Says at once what the function would, or NOT_HERE.
    here: Here | None
    names: Mapping[str, str]


def computed_fields(schema: GraphQLSchema) -> Mapping[tuple[str, str], Computed]:
    """By type and name. Whatever is unusual about a field is left to the library."""
    found = {}
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType):
            for name, field in type_.fields.items():
                if (computed := _computed(name, field)) is not None:
                    found[type_.name, name] = computed
    return found


def _computed(name: str, field: GraphQLField) -> Computed | None:
    definition = field.extensions.get(DEFINITION)
    resolver = getattr(definition, "base_resolver", None)
    if definition is None or resolver is None:
        return None
    info = resolver.info_parameter
    usual = (
        not definition.extensions
        and not definition.is_subscription
        and isinstance(resolver.wrapped_func, FunctionType)
        and resolver.self_parameter is not None
        and resolver.parent_parameter is None
        and resolver.root_parameter is None
        and (info is None or info.name == "info")
        # The type of an abstract value is asked of the library's own description of a call.
        and not is_abstract_type(get_named_type(field.type))
        and all(_is_simple(argument) for argument in field.args.values())
    )
    if not usual:
        return None
    names = {key: one.extensions[DEFINITION].python_name for key, one in field.args.items()}
    found = get_nullable_type(field.type)
    object_ = found if isinstance(found, GraphQLObjectType) else None
    return Computed(
        name=name,
        field=field,
        type=field.type,
        object_type=object_,
        origin=None if object_ is None else origin_of(object_),
        function=resolver.wrapped_func,
        leaf=leaf_of(name, field),
        wants_info=info is not None,
        here=definition.metadata.get("here"),
        names=names,
    )


def _is_simple(argument: Any) -> bool:
    """A leaf, or a list of leaves: strawberry gives those as they are, and copies the list."""
    definition = argument.extensions.get(DEFINITION)
    if definition is None or definition.is_maybe:
        return False
    type_ = get_nullable_type(argument.type)
    if isinstance(type_, GraphQLList):
        type_ = get_nullable_type(type_.of_type)
    return is_leaf_type(type_)


def said_fields(computed: Mapping[tuple[str, str], Computed]) -> Mapping[tuple[str, str], Says]:
    """Those that have a function for what is here."""
    return {
        key: Says(one.here, one.leaf, one.object_type)
        for key, one in computed.items()
        if one.here is not None and not one.names
    }


class Arguments:
    """What one place in a document gives to a function: constants, and variables."""

    __slots__ = ("_computed", "_fixed", "_learnt", "_node", "_variables")

    def __init__(self, computed: Computed, node: FieldNode) -> None:
        self._computed = computed
        self._node = node
        self._variables: tuple[tuple[str, str], ...] = ()
        # Known once the place was reached; None before, and where some can't be shared.
        self._fixed: dict[str, Any] | None = None
        self._learnt = False

    def of(self, variables: VariableValues) -> dict[str, Any]:
        """Raises what the library would."""
        if self._fixed is None:
            return self._asked(variables)
        given = dict(self._fixed)
        for name, variable in self._variables:
            value = variables.coerced.get(variable)
            if not isinstance(value, FIXED) or value is None:
                return self._asked(variables)
            given[name] = value
        return given

    def _asked(self, variables: VariableValues) -> dict[str, Any]:
        values = get_argument_values(self._computed.field, self._node, variables)
        given = {
            self._computed.names[name]: list(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        if not self._learnt:
            self._learnt = True
            self._learn(given)
        return given

    def _learn(self, given: Mapping[str, Any]) -> None:
        names = self._computed.names
        variables = tuple(
            (names[one.name.value], one.value.name.value)
            for one in self._node.arguments or ()
            if isinstance(one.value, VariableNode)
        )
        varying = {name for name, _ in variables}
        fixed = {name: value for name, value in given.items() if name not in varying}
        if all(isinstance(value, FIXED) for value in fixed.values()):
            self._variables, self._fixed = variables, fixed
