"""The messages of graphql-transport-ws, and the codes a socket is closed with. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from web.answers import MAX_ERRORS, Error, Refusal
from web.parameters import Parameters, parameters

SUBPROTOCOL = "graphql-transport-ws"
MAX_ID = 128
# A close frame holds no more.
MAX_REASON = 120

# Of RFC 6455.
NORMAL = 1000
INTERNAL = 1011
TRY_AGAIN = 1013  # too slow, or too many: connect again, with `after`
# Of the protocol.
BAD_MESSAGE = 4400
NOT_ACKNOWLEDGED = 4401
FORBIDDEN = 4403
WRONG_SUBPROTOCOL = 4406
INIT_TIMEOUT = 4408
DUPLICATE_ID = 4409
INIT_AGAIN = 4429

ACK = '{"type":"connection_ack"}'
PING = '{"type":"ping"}'


class Closed(Exception):
    """The socket is to be closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Init:
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ping:
    payload: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Pong:
    pass


@dataclass(frozen=True, slots=True)
class Subscribe:
    id: str
    asked: Parameters


@dataclass(frozen=True, slots=True)
class Complete:
    id: str


Message = Init | Ping | Pong | Subscribe | Complete


def read(text: str | None, longest: int) -> Message:
    """Raises Closed for anything that is no message of the protocol."""
    if text is None:
        raise Closed(BAD_MESSAGE, "Messages are text.")
    if len(text) > longest:
        raise Closed(BAD_MESSAGE, f"The message is longer than {longest} characters.")
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Closed(BAD_MESSAGE, "The message is not JSON.") from None
    if not isinstance(said, dict):
        raise Closed(BAD_MESSAGE, "The message is no JSON object.")
    payload = said.get("payload")
    if said.get("type") == "subscribe":
        return Subscribe(_id(said), _asked(payload))
    if said.get("type") == "complete":
        return Complete(_id(said))
    if not isinstance(payload, dict | None):
        raise Closed(BAD_MESSAGE, "The payload must be an object.")
    match said.get("type"):
        case "connection_init":
            return Init(payload or {})
        case "ping":
            return Ping(payload)
        case "pong":
            return Pong()
    raise Closed(BAD_MESSAGE, "There is no message of this type.")


def _id(said: Mapping[str, Any]) -> str:
    id = said.get("id")
    if not isinstance(id, str) or not 0 < len(id) <= MAX_ID:
        raise Closed(BAD_MESSAGE, f"The id must be a string of 1 to {MAX_ID} characters.")
    return id


def _asked(payload: Any) -> Parameters:
    if not isinstance(payload, dict):
        raise Closed(BAD_MESSAGE, "A subscribe message needs a payload.")
    try:
        return parameters(payload)
    except Refusal as refusal:
        raise Closed(BAD_MESSAGE, str(refusal)) from None


def write(type_: str, id: str | None = None, payload: Any = None) -> str:
    """
    >>> write("complete", "1")
    '{"id":"1","type":"complete"}'
    """
    message: dict[str, Any] = {} if id is None else {"id": id}
    message["type"] = type_
    if payload is not None:
        message["payload"] = payload
    return orjson.dumps(message).decode()


def write_errors(id: str, errors: Sequence[Error]) -> str:
    return write("error", id, errors[:MAX_ERRORS])


def next_prefix(id: str) -> str:
    """What stands before the payload of each event of an operation; behind it stands a brace.

    >>> next_prefix("1")
    '{"id":"1","type":"next","payload":'
    """
    return write("next", id)[:-1] + ',"payload":'


def bearer(payload: Mapping[str, Any]) -> bytes | None:
    """The token in a connection_init, as the Authorization header it stands for."""
    given = {name.lower(): value for name, value in payload.items() if isinstance(value, str)}
    if "authorization" in given:
        return given["authorization"].encode()
    return b"Bearer " + given["token"].encode() if "token" in given else None
