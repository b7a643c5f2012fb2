"""Failures as GraphQL errors: ours with their code, anything else as INTERNAL without a word."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from graphql import GraphQLError

from graph.errors import AmityError, Internal

log = logging.getLogger("amity.schema")

# Echoing a huge value back helps nobody.
LONGEST = 500


def present_errors(errors: Sequence[GraphQLError]) -> list[GraphQLError]:
    return [present(error) for error in errors]


def present(error: GraphQLError) -> GraphQLError:
    cause = _cause(error)
    if isinstance(cause, AmityError):
        return _like(error, cause.message, cause.extensions)
    if error.path is None or _is_about_the_question(error, cause):
        # Parsing, validation and coercion: the question is malformed.
        return _like(error, error.message[:LONGEST], {"code": "BAD_INPUT"})
    log.error("a resolver failed", exc_info=cause)
    return _like(error, "Something went wrong on our side.", {"code": Internal.code})


def _cause(error: GraphQLError) -> Exception:
    """What was raised at first, below all that wraps it."""
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_about_the_question(error: GraphQLError, cause: Exception) -> bool:
    """An argument that can't be coerced points into the document before it is located; a value of
    ours that can't be serialized does not."""
    return isinstance(cause, GraphQLError) and (cause is error or bool(cause.nodes))


def _like(error: GraphQLError, message: str, extensions: dict[str, object]) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )
