"""From HTTP to a GraphQL request, per the GraphQL-over-HTTP draft."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive

from web.answers import Refusal

RESPONSE_JSON = b"application/graphql-response+json"
JSON = b"application/json"
EVENT_STREAM = b"text/event-stream"
BODY_SECONDS = 10.0
MAX_QUERY_STRING = 65_536
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Parameters:
    query: str
    variables: Mapping[str, Any]
    operation_name: str | None


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


def negotiate(accept: bytes | None) -> bytes:
    """The media type of the answer: the newer one where it is asked for by name."""
    if not accept:
        return JSON
    best, best_quality = b"", 0.0
    for part in accept.lower().split(b","):
        name, quality = _preference(part)
        chosen = name if name in (RESPONSE_JSON, EVENT_STREAM) else JSON
        takes = name in (RESPONSE_JSON, JSON, EVENT_STREAM, b"*/*", b"application/*")
        if takes and quality > best_quality:
            best, best_quality = chosen, quality
    if not best:
        raise Refusal(
            406,
            "Answers are application/graphql-response+json, application/json or text/event-stream.",
        )
    return best


def _preference(part: bytes) -> tuple[bytes, float]:
    name, *parameters = (piece.strip() for piece in part.split(b";"))
    for parameter in parameters:
        key, _, value = parameter.partition(b"=")
        if key.strip() == b"q":
            try:
                return name, float(value)
            except ValueError:
                return name, 0.0
        if key.strip() == b"charset" and value.strip(b' "') not in (b"utf-8", b"utf8"):
            return name, 0.0
    return name, 1.0


def check_content_type(content_type: bytes | None) -> None:
    name, *parameters = (piece.strip() for piece in (content_type or b"").lower().split(b";"))
    if name != JSON:
        raise Refusal(415, "A POST carries application/json.")
    for parameter in parameters:
        key, _, value = parameter.partition(b"=")
        if key == b"charset" and value.strip(b'"') not in (b"utf-8", b"utf8"):
            raise Refusal(415, "The body must be UTF-8.")


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], limit: int) -> bytes:
    """The whole body, in pieces, and never more than the limit of it."""
    announced = headers.get(b"content-length", b"0")
    if not announced.isdigit() or int(announced[:20]) > limit:
        raise _too_long(limit)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read_pieces(receive, limit)
    except TimeoutError:
        raise Refusal(408, "The body took too long to arrive.") from None


async def _read_pieces(receive: Receive, limit: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        piece = message.get("body", b"")
        size += len(piece)
        if size > limit:
            raise _too_long(limit)
        pieces.append(piece)
        if not message.get("more_body", False):
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _too_long(limit: int) -> Refusal:
    # What was not read would be taken for the next request.
    return Refusal(413, f"The body is larger than {limit} bytes.", (b"connection", b"close"))


def from_body(body: bytes) -> Parameters:
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refusal(400, f"The body is not JSON in UTF-8: {str(error)[:120]}.") from None
    if isinstance(data, list):
        raise Refusal(400, "Batches are refused: send one request at a time.")
    if not isinstance(data, dict):
        raise Refusal(400, "The body must be a JSON object.")
    return parameters(data)


def from_query_string(query_string: bytes) -> Parameters:
    if len(query_string) > MAX_QUERY_STRING:
        raise Refusal(414, f"The query string is longer than {MAX_QUERY_STRING} bytes.")
    try:
        pairs = parse_qsl(query_string.decode("ascii"), errors="strict", max_num_fields=20)
    except ValueError:
        raise Refusal(400, "The query string can't be read as UTF-8.") from None
    data: dict[str, Any] = dict(pairs)
    for name in ("variables", "extensions"):
        if name in data:
            try:
                data[name] = orjson.loads(data[name])
            except orjson.JSONDecodeError:
                raise Refusal(400, f"{name} is not JSON.") from None
    return parameters(data)


def parameters(data: dict[str, Any]) -> Parameters:
    query = data.get("query")
    if not isinstance(query, str) or not query:
        raise Refusal(400, "query must be a GraphQL document, as a string.")
    name = data.get("operationName")
    if name is not None and (not isinstance(name, str) or len(name) > MAX_NAME):
        raise Refusal(400, "operationName must be a short string, or null.")
    for member in ("variables", "extensions"):
        if not isinstance(data.get(member), dict | None):
            raise Refusal(400, f"{member} must be an object, or null.")
    return Parameters(query, data.get("variables") or {}, name or None)
