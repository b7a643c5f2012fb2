"""How large a document may be, whatever it would cost. Pure; checked once for each document text.

Everything is measured with fragments expanded, but without expanding them: each fragment is
measured once, so that a document of nested fragments costs us what its text costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from graph.errors import AmityError, BadInput, TooExpensive


@dataclass(frozen=True, slots=True)
class Limits:
    characters: int = 50_000
    tokens: int = 5_000
    depth: int = 15
    # What `getIntrospectionQuery` of graphql-js asks reaches 15.
    introspection_depth: int = 17
    aliases: int = 100
    root_fields: int = 50
    # How often one response key may be asked for in one selection: each pair is compared.
    repeats: int = 20
    directives: int = 100
    fields: int = 5_000
    fragment_nesting: int = 30


class Size(NamedTuple):
    """What a selection comes to, its fragments expanded."""

    depth: int = 0
    level: int = 0  # fields of the first level
    fields: int = 0
    aliases: int = 0
    directives: int = 0

    def beside(self, other: Size) -> Size:
        return Size(
            max(self.depth, other.depth),
            self.level + other.level,
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
        )


def too_large(what: str, value: int, limit: int) -> TooExpensive:
    return TooExpensive(f"The document has {what} {value}; the limit is {limit}.", limit=limit)


def parse_bounded(text: str, limits: Limits) -> DocumentNode:
    """Parse, but never more than is allowed. Raises TooExpensive or BadInput."""
    if len(text) > limits.characters:
        raise too_large("a length of", len(text), limits.characters)
    try:
        return parse(text, max_lexical_tokens=limits.tokens, max_comments=limits.tokens)
    except GraphQLError as error:
        raise _refused(error, limits) from None


def _refused(error: GraphQLError, limits: Limits) -> AmityError:
    # The library tells these two apart from any other syntax error by their text alone.
    if "Document contains more than" in error.message:
        return TooExpensive(
            f"The document has more than {limits.tokens} tokens, the limit.", limit=limits.tokens
        )
    if "nested too deeply" in error.message:
        return TooExpensive(
            f"The document is nested too deeply to be read; the limit is {limits.depth} levels.",
            limit=limits.depth,
        )
    where = [{"line": at.line, "column": at.column} for at in error.locations or ()]
    return BadInput(error.message, locations=where) if where else BadInput(error.message)


def check_size(document: DocumentNode, limits: Limits) -> None:
    """Raises TooExpensive, or BadInput for fragments that spread themselves."""
    walk = _Walk(document, limits)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            walk.check_operation(definition)
        elif isinstance(definition, FragmentDefinitionNode):
            # Unused ones too: validation reads them.
            walk.fragment(definition.name.value)


class _Walk:
    def __init__(self, document: DocumentNode, limits: Limits) -> None:
        self._limits = limits
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._measured: dict[str, Size] = {}
        self._open: list[str] = []

    def check_operation(self, operation: OperationDefinitionNode) -> None:
        size = self._selections(operation.selection_set)
        self._check(size.beside(Size(directives=len(operation.directives or ()))))
        if size.depth > self._limits.depth:
            raise too_large("a depth of", size.depth, self._limits.depth)
        if size.level > self._limits.root_fields:
            raise too_large("root fields:", size.level, self._limits.root_fields)

    def fragment(self, name: str) -> Size:
        if name in self._measured:
            return self._measured[name]
        definition = self._fragments.get(name)
        if definition is None:
            return Size()  # validation says so
        if name in self._open:
            raise BadInput(f'The fragment "{name[:60]}" spreads itself.')
        if len(self._open) >= self._limits.fragment_nesting:
            raise too_large("fragments nested", len(self._open) + 1, self._limits.fragment_nesting)
        self._open.append(name)
        size = self._selections(definition.selection_set)
        self._open.pop()
        self._measured[name] = size
        return size

    def _selections(self, selections: SelectionSetNode) -> Size:
        total = Size()
        keys: dict[str, int] = {}
        for node in selections.selections:
            total = total.beside(self._selection(node, keys))
            self._check(total)
        return total

    def _selection(self, node: object, keys: dict[str, int]) -> Size:
        if isinstance(node, FieldNode):
            self._check_repeats(node, keys)
            return self._field(node)
        if isinstance(node, InlineFragmentNode):
            inside = self._selections(node.selection_set)
            return inside.beside(Size(directives=len(node.directives or ())))
        if isinstance(node, FragmentSpreadNode):
            inside = self.fragment(node.name.value)
            return inside.beside(Size(directives=len(node.directives or ())))
        return Size()

    def _field(self, node: FieldNode) -> Size:
        own = Size(1, 1, 1, 1 if node.alias else 0, len(node.directives or ()))
        if node.selection_set is None:
            return own
        inside = self._selections(node.selection_set)
        if node.name.value in ("__schema", "__type"):
            if inside.depth + 1 > self._limits.introspection_depth:
                raise too_large(
                    "introspection of depth", inside.depth + 1, self._limits.introspection_depth
                )
            inside = inside._replace(depth=0)
        return own.beside(inside._replace(depth=inside.depth + 1, level=0))

    def _check_repeats(self, node: FieldNode, keys: dict[str, int]) -> None:
        key = (node.alias or node.name).value
        keys[key] = keys.get(key, 0) + 1
        if keys[key] > self._limits.repeats:
            raise too_large(f'the key "{key[:60]}" repeated', keys[key], self._limits.repeats)

    def _check(self, size: Size) -> None:
        limits = self._limits
        for what, value, limit in (
            ("fields, fragments expanded:", size.fields, limits.fields),
            ("aliases:", size.aliases, limits.aliases),
            ("directives:", size.directives, limits.directives),
        ):
            if value > limit:
                raise too_large(what, value, limit)
