"""Which fields need no resolver, and rows that are copied from objects without asking for each."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    get_nullable_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet

from schema.here import NOT_HERE, Here

# Values of these types are answered as they are. (An Int may be too large, and is looked at.)
AS_THEY_ARE: Mapping[str, type] = {"ID": str, "String": str, "Boolean": bool}
MISSING = object()


@dataclass(frozen=True, slots=True)
class Plain:
    """A field that is an attribute of its object and a leaf of the answer."""

    attribute: str
    nullable: bool
    as_it_is: type | None
    coerce: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Within:
    """A field that is an attribute of its object and an object itself."""

    attribute: str
    type: GraphQLOutputType
    kind: GraphQLObjectType
    origin: builtins.type


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a schema that are attributes, by type and name."""

    leaves: Mapping[tuple[str, str], Plain]
    objects: Mapping[tuple[str, str], Within]
    # The Python class behind each object type that has one.
    origins: Mapping[str, type]


def plain_fields(schema: GraphQLSchema) -> Fields:
    types = [type_ for type_ in schema.type_map.values() if isinstance(type_, GraphQLObjectType)]
    origins = {type_.name: origin for type_ in types if (origin := origin_of(type_)) is not None}
    leaves: dict[tuple[str, str], Plain] = {}
    objects: dict[tuple[str, str], Within] = {}
    for type_ in types:
        for name, field in type_.fields.items():
            if (leaf := _plain(field)) is not None:
                leaves[type_.name, name] = leaf
            elif (within := _within(field)) is not None:
                objects[type_.name, name] = within
    return Fields(leaves, objects, origins)


def _attribute(field: GraphQLField) -> str | None:
    definition = field.extensions.get("strawberry-definition")
    if definition is None or not definition.is_basic_field or field.args:
        return None
    return str(definition.python_name)


def _plain(field: GraphQLField) -> Plain | None:
    attribute = _attribute(field)
    return None if attribute is None else leaf_of(attribute, field)


def leaf_of(attribute: str, field: GraphQLField) -> Plain | None:
    """What a field answers, where that is a scalar."""
    leaf = get_nullable_type(field.type)
    if not isinstance(leaf, GraphQLScalarType):
        return None
    nullable = not isinstance(field.type, GraphQLNonNull)
    return Plain(attribute, nullable, AS_THEY_ARE.get(leaf.name), leaf.coerce_output_value)


def _within(field: GraphQLField) -> Within | None:
    attribute, type_ = _attribute(field), get_nullable_type(field.type)
    if attribute is None or not isinstance(type_, GraphQLObjectType):
        return None
    origin = origin_of(type_)
    return None if origin is None else Within(attribute, field.type, type_, origin)


def origin_of(type_: GraphQLObjectType) -> type | None:
    """The class whose own instances are of this type, whatever else may be."""
    definition = type_.extensions.get("strawberry-definition")
    if definition is None or definition.concrete_of or definition.is_type_of:
        return None
    origin: type = definition.origin
    return origin


@dataclass(frozen=True, slots=True)
class Says:
    """A function without arguments that answers a field at once, if it can."""

    here: Here
    leaf: Plain | None
    kind: GraphQLObjectType | None


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an object of one class becomes a row: plain leaves, and rows within it."""

    origin: type
    leaves: tuple[tuple[str, Plain], ...]
    within: tuple[tuple[str, str, Recipe], ...]
    # What functions say at once: leaves, and objects of which there are rows again.
    said: tuple[tuple[str, Here, Plain | None, Recipe | None], ...]
    order: tuple[str, ...] | None  # where these alternate

    def copy(self, item: Any, info: Any) -> dict[str, Any] | None:
        """The row; None where anything about the object is unusual, or not here."""
        if type(item) is not self.origin:
            return None
        row: dict[str, Any] = {}
        for name, leaf in self.leaves:
            value = getattr(item, leaf.attribute, MISSING)
            if type(value) is not leaf.as_it_is and (value is not None or not leaf.nullable):
                value = coerced(leaf, value)
                if value is None:
                    return None
            row[name] = value
        for name, attribute, recipe in self.within:
            below = recipe.copy(getattr(item, attribute, None), info)
            if below is None:
                return None
            row[name] = below
        for name, here, leaf_said, below_said in self.said:
            value = here(item, info)
            if below_said is not None:
                value = below_said.copy(value, info)
            elif leaf_said is not None:
                value = None if value is NOT_HERE else coerced(leaf_said, value)
            if value is None:
                return None
            row[name] = value
        return row if self.order is None else {name: row[name] for name in self.order}


def coerced(leaf: Plain, value: Any) -> Any:
    """What goes into the answer; None where the value can't be what the type says."""
    try:
        return leaf.coerce(value)
    except Exception:  # noqa: BLE001  # the library raises it again, located
        return None


Collect = Callable[[GraphQLObjectType, FieldDetailsList], GroupedFieldSet | None]


def recipe_for(
    fields: Fields,
    says: Mapping[tuple[str, str], Says],
    type_: GraphQLObjectType,
    selection: FieldDetailsList,
    collect: Collect,
) -> Recipe | None:
    """None where a field of the selection has to be asked for, or is of a kind without a class."""
    origin = fields.origins.get(type_.name)
    grouped = collect(type_, selection) if origin is not None else None
    if origin is None or not grouped:
        return None
    leaves: list[tuple[str, Plain]] = []
    within: list[tuple[str, str, Recipe]] = []
    said: list[tuple[str, Here, Plain | None, Recipe | None]] = []
    for name, details in grouped.items():
        key = type_.name, details[0].node.name.value
        if (leaf := fields.leaves.get(key)) is not None:
            leaves.append((name, leaf))
        elif (inner := fields.objects.get(key)) is not None:
            recipe = recipe_for(fields, says, inner.kind, details, collect)
            if recipe is None:
                return None
            within.append((name, inner.attribute, recipe))
        elif (one := says.get(key)) is not None:
            recipe = None
            if one.kind is not None:
                recipe = recipe_for(fields, says, one.kind, details, collect)
            if recipe is None and one.leaf is None:
                return None
            said.append((name, one.here, one.leaf, recipe))
        else:
            return None
    found = [name for name, *_ in (*leaves, *within, *said)]
    order = tuple(grouped)
    made = tuple(leaves), tuple(within), tuple(said)
    return Recipe(origin, *made, order if found != list(order) else None)
