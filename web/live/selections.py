"""What is asked of each event, kept once for all who ask the same; and whether one answer fits all.

Most clients of one frontend send one document. Where it asks for nothing that depends on who
looks, an event is answered once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakValueDictionary

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    is_abstract_type,
    visit,
)
from graphql.execution.values import get_argument_values, get_variable_values

from graph.errors import BadInput
from web.documents import Document
from web.parameters import Parameters

ROOT = "inbox"
# Fields that are the same for everybody who may see their object at all: the card of a person.
# Whatever is not named here is answered for each viewer apart.
SHARED: Mapping[str, frozenset[str]] = {
    "Subscription": frozenset({ROOT}),
    "Followed": frozenset({"seq", "by"}),
    "FollowRequested": frozenset({"seq", "by"}),
    "FollowAccepted": frozenset({"seq", "by"}),
    "FeedPost": frozenset({"seq", "post"}),
    "PostChanged": frozenset({"seq", "post"}),
    "PostRemoved": frozenset({"seq", "id"}),
    "PostLiked": frozenset({"seq", "post", "by", "count"}),
    "PostReplied": frozenset({"seq", "post", "reply"}),
    "PostShared": frozenset({"seq", "post", "share"}),
    "Gap": frozenset({"seq", "missed"}),
    "Post": frozenset(
        {
            *("id", "author", "text", "type", "visibility", "createdAt", "editedAt", "tags"),
            *("media", "likeCount", "replyCount", "shareCount", "viewCount"),
        }
    ),
    "Media": frozenset({"url", "type", "width", "height", "alt"}),
    "User": frozenset(
        {
            *("id", "username", "name", "avatarUrl", "verified", "privacy", "createdAt"),
            *("followerCount", "followingCount", "friendCount", "postCount"),
        }
    ),
}


@dataclass(eq=False, slots=True, weakref_slot=True)
class Selection:
    """A validated subscription with its variables, without where it begins."""

    document: Document
    asked: Parameters
    shared: bool


class Selections:
    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._kept: WeakValueDictionary[tuple[int, str | None, bytes], Selection] = (
            WeakValueDictionary()
        )

    def of(self, document: Document, asked: Parameters) -> tuple[Selection, str | None]:
        """The selection, and after which event it begins. Raises BadInput."""
        assert document.ast is not None
        operation = _operation(document.ast, asked.operation_name)
        root = next(_roots(document.ast, operation))
        after = self._after(operation, root, asked.variables)
        asked = replace(asked, variables=_without_after(root, asked.variables))
        key = (id(document), asked.operation_name, orjson.dumps(asked.variables))
        found = self._kept.get(key)
        if found is None:
            shared = shareable(self._schema, document.ast)
            found = self._kept[key] = Selection(document, asked, shared)
        return found, after

    def _after(
        self, operation: OperationDefinitionNode, root: FieldNode, variables: Mapping[str, Any]
    ) -> str | None:
        values = get_variable_values(
            self._schema, operation.variable_definitions or (), dict(variables), max_errors=1
        )
        if isinstance(values, list):
            raise BadInput(values[0].message)
        assert self._schema.subscription_type is not None
        try:
            given = get_argument_values(self._schema.subscription_type.fields[ROOT], root, values)
        except GraphQLError as error:
            raise BadInput(error.message) from None
        after: str | None = given.get("after")
        return after


def shareable(schema: GraphQLSchema, document: DocumentNode) -> bool:
    """Does every field of it stand in SHARED, and take no argument but where to begin?"""
    info = TypeInfo(schema)
    looking = _Looking(info)
    visit(document, TypeInfoVisitor(info, looking))
    return looking.shared


class _Looking(Visitor):
    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info
        self.shared = True

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        name, parent = node.name.value, self._info.get_parent_type()
        if name == "__typename":
            return
        assert parent is not None  # validated
        known = not is_abstract_type(parent) and name in SHARED.get(parent.name, ())
        self.shared &= known and (not node.arguments or parent.name == "Subscription")


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode) and (
            name is None or (node.name is not None and node.name.value == name)
        ):
            return node
    raise BadInput("There is no such operation.")


def _roots(document: DocumentNode, operation: OperationDefinitionNode) -> Iterator[FieldNode]:
    """The root fields, wherever fragments put them."""
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }

    def walk(selections: Any) -> Iterator[FieldNode]:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                yield node
            elif getattr(node, "selection_set", None) is not None:
                yield from walk(node.selection_set)
            else:
                yield from walk(fragments[node.name.value].selection_set)

    return walk(operation.selection_set)


def _without_after(root: FieldNode, variables: Mapping[str, Any]) -> Mapping[str, Any]:
    """Two who differ only in where they begin ask the same of each event."""
    for argument in root.arguments or ():
        if argument.name.value == "after" and isinstance(argument.value, VariableNode):
            name = argument.value.name.value
            return {key: value for key, value in variables.items() if key != name}
    return variables
