"""Opaque cursors: signed, and good only for the list, the owner and the viewer they came from."""

from __future__ import annotations

import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Malformed
from dataclasses import dataclass

from graph.errors import BadInput
from graph.records import Position

MAC_BYTES = 12
# Far above any cursor of ours; what is longer was not made here.
LONGEST = 200
PLACE = struct.Struct(">qq")
OFFSET = struct.Struct(">H")
WALKED = struct.Struct(">qqqq")


@dataclass(frozen=True, slots=True)
class Binding:
    """What a cursor belongs to. It is signed, not carried."""

    field: str
    owner: int
    viewer: int | None
    also: str = ""

    def encode(self) -> bytes:
        return f"{self.field}\x1f{self.owner}\x1f{self.viewer}\x1f{self.also}\x1f".encode()


@dataclass(frozen=True, slots=True)
class Frozen:
    """A place in a frozen snapshot."""

    key: str
    offset: int


@dataclass(frozen=True, slots=True)
class Walked:
    """A place in a list that grows at its head, and where the head was when the walk began."""

    place: Position
    head: Position


class Cursors:
    """Seals and opens cursors with the secret that all processes share."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def seal(self, binding: Binding, place: Position | Frozen | Walked) -> str:
        match place:
            case Position(at, id):
                body = b"p" + PLACE.pack(at, id)
            case Walked(there, head):
                body = b"w" + WALKED.pack(*there, *head)
            case Frozen(key, offset):
                body = b"f" + OFFSET.pack(offset) + key.encode()
        return urlsafe_b64encode(self._mac(binding, body) + body).rstrip(b"=").decode()

    def position(self, binding: Binding, cursor: str) -> Position:
        body = self._open(binding, cursor)
        if body[:1] != b"p":
            raise _not_ours()
        return Position(*PLACE.unpack(body[1:]))

    def frozen(self, binding: Binding, cursor: str) -> Frozen:
        body = self._open(binding, cursor)
        if body[:1] != b"f":
            raise _not_ours()
        return Frozen(body[1 + OFFSET.size :].decode(), *OFFSET.unpack_from(body, 1))

    def walked(self, binding: Binding, cursor: str) -> Walked:
        body = self._open(binding, cursor)
        if body[:1] != b"w":
            raise _not_ours()
        at, id, head_at, head_id = WALKED.unpack(body[1:])
        return Walked(Position(at, id), Position(head_at, head_id))

    def _open(self, binding: Binding, cursor: str) -> bytes:
        if len(cursor) > LONGEST or not cursor.isascii():
            raise _not_ours()
        try:
            sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except Malformed:
            raise _not_ours() from None
        mac, body = sealed[:MAC_BYTES], sealed[MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(binding, body)):
            raise _not_ours()
        return body

    def _mac(self, binding: Binding, body: bytes) -> bytes:
        return hmac.digest(self._secret, binding.encode() + body, "sha256")[:MAC_BYTES]


def _not_ours() -> BadInput:
    return BadInput("This cursor is not one of this list's, or not one of yours.")
