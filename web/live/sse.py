"""/graphql over server-sent events: GraphQL over SSE, one connection for one operation."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import Receive, Send

from graph.events.inboxes import Seq
from graph.events.live import Listener
from resolvers.context import Identity
from web.answers import Answer, Headers
from web.live.listening import Listening
from web.live.outgoing import Outgoing
from web.live.rendering import Subscription
from web.parameters import EVENT_STREAM

COMPLETE = "event: complete\ndata:\n\n"
COMMENT = ":\n\n"
# Proxies that keep answers back until they are whole must not do so here.
HEADERS = ((b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"))


def whole(answer: Answer) -> Answer:
    """An answer that is there already, as a stream of one event."""
    body = b"event: next\ndata: " + answer.body + b"\n\n" + COMPLETE.encode()
    return Answer(answer.status, body, answer.headers, answer.code)


class EventStream:
    """A `Session`: one subscription. Begins to hold events as soon as it is made."""

    def __init__(self, listening: Listening, identity: Identity | None, person: int | None) -> None:
        self.identity = identity
        self.person = person
        self.outgoing = Outgoing()
        self.listener: Listener[Subscription] | None = None
        self._listening = listening
        self._ended = False
        self._main: asyncio.Task[Any] | None = None

    def enter(self) -> None:
        """Raises Unavailable."""
        self._listening.sessions.enter(self)

    def leave(self) -> None:
        self._listening.sessions.leave(self)
        if self.listener is not None:
            self._listening.detach(self.listener)

    def give(self, text: str, seq: Seq) -> None:
        self._say(f"event: next\nid: {seq}\ndata: {text}\n\n")

    def end(self, code: int, reason: str) -> None:
        self._ended = True
        if self._main is not None:
            self._main.cancel()

    def beat(self) -> None:
        self._say(COMMENT)

    def _say(self, text: str) -> None:
        if not self._ended and not self.outgoing.put(text):
            self._listening.sessions.cut_off(self)

    async def run(self, receive: Receive, send: Send, more: Headers) -> None:
        """Until the client goes, or is ended."""
        headers = [(b"content-type", EVENT_STREAM + b"; charset=utf-8"), *HEADERS, *more]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        # A browser resumes from here even if it sees no event before it is cut off.
        seq = self.listener.seq if self.listener else None
        await send(_piece(f"id: {seq}\n\n" if seq else COMMENT))
        sending = asyncio.create_task(self._send(send))
        self._main = asyncio.create_task(_gone(receive))
        if self._ended:
            self._main.cancel()
        try:
            await asyncio.wait({self._main, sending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (self._main, sending):
                task.cancel()
            await asyncio.gather(self._main, sending, return_exceptions=True)
        if self._ended:
            await send({"type": "http.response.body", "body": b""})

    async def _send(self, send: Send) -> None:
        outgoing = self.outgoing
        while True:
            await outgoing.wait()
            while (text := outgoing.take()) is not None:
                await send(_piece(text))
                outgoing.done()


def _piece(text: str) -> dict[str, Any]:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
