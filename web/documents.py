"""GraphQL documents, parsed, measured, validated and priced once for each text."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    specified_rules,
    validate,
)

from graph.errors import AmityError, BadInput
from web.answers import Error, describe, locate
from web.execution import Prepare, Run
from web.limits import Limits, check_size, parse_bounded
from web.shapes import Read, Shape
from web.shaping import shape_of

# Measured: a document made ready and run holds about this much memory for each character.
BYTES_PER_CHARACTER = 150
BYTES_PER_ENTRY = 6_000
MAX_ERRORS = 20


@dataclass(frozen=True, slots=True)
class Operation:
    kind: str  # query | mutation | subscription
    shape: Shape
    reads: tuple[Read, ...]
    run: Run


@dataclass(frozen=True, slots=True)
class Document:
    """What there is to know about one text: operations, or the reasons why it can't be run."""

    digest: str
    ast: DocumentNode | None = None
    operations: Mapping[str | None, Operation] = field(default_factory=dict)
    failures: tuple[Error, ...] = ()

    def operation(self, name: str | None) -> Operation:
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None:
            raise BadInput("Name one of the document's operations in operationName.")
        found = self.operations.get(name)
        if found is None:
            raise BadInput(f'The document has no operation "{name[:60]}".')
        return found


class Documents:
    """The last documents seen, bounded by the memory they hold."""

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: Limits,
        max_bytes: int,
        prepare: Prepare,
        rules: Collection[type[ASTValidationRule]] = specified_rules,
    ) -> None:
        self._schema = schema
        # Built once: rules made anew for each request would defeat the cache.
        self._rules = tuple(rules)
        self._limits = limits
        self._prepare = prepare
        self._max_bytes = max_bytes
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._bytes = 0
        self.hits = 0
        self.misses = 0
        self.evicted = 0

    def counters(self) -> Mapping[str, float]:
        return {
            "hits": self.hits,
            "misses": self.misses,
            "evicted": self.evicted,
            "kept": len(self._kept),
            "bytes": self._bytes,
        }

    def prepare(self, text: str) -> Document:
        known = self._kept.get(text)
        if known is not None:
            self.hits += 1
            self._kept.move_to_end(text)
            return known
        self.misses += 1
        document = self._read(text)
        if len(text) <= self._limits.characters:
            self._keep(text, document)
        return document

    def _keep(self, text: str, document: Document) -> None:
        self._kept[text] = document
        self._bytes += _weight(text)
        while self._bytes > self._max_bytes and self._kept:
            gone, _ = self._kept.popitem(last=False)
            self._bytes -= _weight(gone)
            self.evicted += 1

    def _read(self, text: str) -> Document:
        digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
        try:
            ast = parse_bounded(text, self._limits)
            check_size(ast, self._limits)
        except AmityError as error:
            return Document(digest, failures=(describe(error),))
        errors = validate(self._schema, ast, self._rules, max_errors=MAX_ERRORS)
        if errors:
            return Document(digest, failures=tuple(_plain(error) for error in errors))
        return Document(digest, ast, self._operations(ast))

    def _operations(self, ast: DocumentNode) -> dict[str | None, Operation]:
        found: dict[str | None, Operation] = {}
        for node in ast.definitions:
            if isinstance(node, OperationDefinitionNode):
                shape = shape_of(self._schema, ast, node)
                run = self._prepare(ast, node)
                name = node.name.value if node.name else None
                found[name] = Operation(node.operation.value, shape, tuple(shape.reads()), run)
        return found


def _weight(text: str) -> int:
    return BYTES_PER_ENTRY + BYTES_PER_CHARACTER * len(text)


def _plain(error: GraphQLError) -> Error:
    """What it says, without the document that the library's own error would keep alive."""
    return locate(error, describe(BadInput(error.message)))
