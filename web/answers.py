"""What goes back: failures as GraphQL errors, and bytes with a status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.types import Send

from graph.errors import AmityError, BadInput, Internal

MAX_MESSAGE = 500
# Beyond these the rest says nothing new, and would only make the answer long.
MAX_ERRORS = 100

# Failures of the request as a whole that are no matter of the GraphQL document.
STATUS = {
    "UNAUTHENTICATED": 401,
    "RATE_LIMITED": 429,
    "UNAVAILABLE": 503,
    "TIMEOUT": 504,
    "INTERNAL": 500,
}

Headers = Sequence[tuple[bytes, bytes]]
Error = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: Headers = ()
    code: str = "OK"


class Refusal(Exception):
    """An HTTP answer that is not a matter of GraphQL: a method, a media type, a size."""

    def __init__(self, status: int, message: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers
        self.error = BadInput(message)


def describe(error: AmityError) -> dict[str, Any]:
    """A failure of ours as a GraphQL error."""
    extensions = dict(error.extensions)
    shown: dict[str, Any] = {"message": error.message[:MAX_MESSAGE]}
    if locations := extensions.pop("locations", None):
        shown["locations"] = locations
    shown["extensions"] = extensions
    return shown


def locate(error: GraphQLError, shown: dict[str, Any]) -> dict[str, Any]:
    """Adds where in the document and in the answer it happened."""
    if error.locations:
        shown["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path:
        shown["path"] = error.path
    return shown


def internal() -> Internal:
    return Internal("Something went wrong here. The request id names it in our log.")


def encode(value: Mapping[str, Any]) -> bytes:
    return orjson.dumps(value)


def failed(*errors: Error) -> bytes:
    return encode({"errors": errors[:MAX_ERRORS]})


def status_of(error: AmityError, otherwise: int) -> int:
    return STATUS.get(error.code, otherwise)


def retry_headers(error: AmityError) -> list[tuple[bytes, bytes]]:
    seconds = error.extensions.get("retryAfter")
    return [] if seconds is None else [(b"retry-after", str(seconds).encode())]


async def send_answer(send: Send, media: bytes, answer: Answer, more: Headers) -> None:
    headers = [
        (b"content-type", media + b"; charset=utf-8"),
        (b"content-length", b"%d" % len(answer.body)),
        (b"cache-control", b"no-store"),
        *answer.headers,
        *more,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
