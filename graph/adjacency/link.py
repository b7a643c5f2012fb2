"""One connection to Redis or Valkey: pipelined, RESP3, answers and pushes in the server's order.

Reads, writes and invalidations all go through it. That order is what freshness rests on: whoever
has the answer to a command has had every invalidation that the server sent before.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, cast
from urllib.parse import unquote, urlsplit

import hiredis

Argument = bytes | str | int
Push = Callable[[list[bytes] | None], None]
# A channel's message; None says that it is listened to from now on.
Message = Callable[[bytes | None], None]
NO_CHANNELS: Mapping[bytes, Message] = MappingProxyType({})

_NOTHING = object()


class Lost(Exception):
    """No answer: the connection ended, or the time was up. What was asked may have happened."""


class Refused(Exception):
    """The server answered with an error."""


class Address(NamedTuple):
    host: str
    port: int
    user: str | None
    password: str | None
    database: int
    tls: bool
    path: str | None  # of a Unix socket


def address(url: str) -> Address:
    """From redis://user:password@host:port/database, rediss:// or unix:///path."""
    parts = urlsplit(url)
    if parts.scheme not in ("redis", "rediss", "unix", "valkey", "valkeys"):
        raise ValueError(f"not the address of a cache: {parts.scheme}://…")
    unix = parts.scheme == "unix"
    database = "" if unix else parts.path.strip("/")
    return Address(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 6379,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        database=int(database) if database else 0,
        tls=parts.scheme in ("rediss", "valkeys"),
        path=parts.path if unix else None,
    )


class _Waiting(NamedTuple):
    answer: asyncio.Future[Any]
    sent: float


class Link(asyncio.Protocol):
    """`on_push` is called for every invalidation, `on_lost` once, when the connection has ended."""

    def __init__(
        self,
        on_push: Push,
        on_lost: Callable[[], None],
        channels: Mapping[bytes, Message] = NO_CHANNELS,
    ) -> None:
        self._on_push = on_push
        self._channels = channels
        self._on_lost = on_lost
        self._reader = hiredis.Reader(notEnoughData=_NOTHING)
        self._waiting: deque[_Waiting] = deque()
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        # When the newest answered command was sent: nothing pushed before then is still to come.
        self.heard = 0.0
        self.bytes_in = 0

    def ask(self, *command: Argument) -> asyncio.Future[Any]:
        """The answer, later; Lost or Refused otherwise."""
        answer: asyncio.Future[Any] = self._loop.create_future()
        if self._transport is None or self._transport.is_closing():
            answer.set_exception(Lost("not connected"))
            return answer
        self._waiting.append(_Waiting(answer, self._loop.time()))
        self._transport.write(hiredis.pack_command(cast(Any, command)))
        return answer

    def listen(self) -> None:
        """Messages of the channels from now on, in one order with answers and invalidations.

        What answers this is a push: nobody waits for it.
        """
        if self._channels and self._transport is not None:
            self._transport.write(hiredis.pack_command(cast(Any, ("SUBSCRIBE", *self._channels))))

    def overdue(self, seconds: float) -> float:
        """Give up on answers that are late; how long the oldest has been waited for."""
        now = self._loop.time()
        for waiting in self._waiting:
            if now - waiting.sent <= seconds:
                break
            if not waiting.answer.done():
                waiting.answer.set_exception(Lost("no answer in time"))
        return now - self._waiting[0].sent if self._waiting else 0.0

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    # --- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not every event loop's transports derive from asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.bytes_in += len(data)
        self._reader.feed(data)
        try:
            while (reply := self._reader.gets()) is not _NOTHING:
                if isinstance(reply, hiredis.PushNotification):
                    self._pushed(reply)
                else:
                    self._answered(reply)
        except hiredis.ProtocolError:
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        while self._waiting:
            answer = self._waiting.popleft().answer
            if not answer.done():
                answer.set_exception(Lost("the connection ended"))
        self._on_lost()

    def _pushed(self, push: list[Any]) -> None:
        if push[0] == b"invalidate":
            self._on_push(push[1])
        elif push[0] in (b"message", b"subscribe") and push[1] in self._channels:
            self._channels[push[1]](push[2] if push[0] == b"message" else None)

    def _answered(self, reply: Any) -> None:
        answer, sent = self._waiting.popleft()
        self.heard = sent
        if answer.done():
            return
        if isinstance(reply, hiredis.ReplyError):
            answer.set_exception(Refused(str(reply)))
        else:
            answer.set_result(reply)


async def connect(
    to: Address,
    on_push: Push,
    on_lost: Callable[[], None],
    prefix: str,
    channels: Mapping[bytes, Message] = NO_CHANNELS,
) -> tuple[Link, str]:
    """A link that tracks every key beginning with `prefix`, and the server's run id.

    Raises OSError, Lost or Refused.
    """
    link = await _open(to, lambda: Link(on_push, on_lost, channels))
    try:
        run = await _greet(link, to, prefix)
    except BaseException:
        link.close()
        raise
    return link, run


async def _open(to: Address, make: Callable[[], Link]) -> Link:
    loop = asyncio.get_running_loop()
    if to.path is not None:
        _, link = await loop.create_unix_connection(make, to.path)
    else:
        context = ssl.create_default_context() if to.tls else None
        _, link = await loop.create_connection(make, to.host, to.port, ssl=context)
    return link


async def _greet(link: Link, to: Address, prefix: str) -> str:
    login = ("AUTH", to.user or "default", to.password) if to.password else ()
    answers = [link.ask("HELLO", "3", *login)]
    if to.database:
        answers.append(link.ask("SELECT", to.database))
    answers.append(link.ask("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", prefix))
    answers.append(link.ask("INFO", "server"))
    info = (await asyncio.gather(*answers))[-1]
    for line in info.decode().splitlines():
        if line.startswith("run_id:"):
            return str(line.removeprefix("run_id:"))
    raise Refused("the server has no run_id")
