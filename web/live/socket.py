"""/graphql over WebSocket: the protocol graphql-transport-ws, one connection."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from graph.deadline import deadline
from graph.errors import AmityError, DeadlineExceeded, Unavailable
from graph.events.inboxes import Seq
from graph.events.live import Listener
from resolvers.context import Identity
from web.answers import describe, internal
from web.documents import Document, Operation
from web.live import messages
from web.live.listening import Listening
from web.live.messages import SUBPROTOCOL, Closed, Complete, Init, Ping, Subscribe
from web.live.outgoing import Outgoing
from web.live.rendering import Subscription
from web.operations import Caller, check_standing
from web.parameters import Parameters
from web.services import Services
from web.shedding import Gate

log = logging.getLogger("amity.live")

INIT_SECONDS = 10.0
# A close that can't be sent for so long is not waited for.
CLOSE_SECONDS = 1.0
# Operations of one connection at once.
MAX_OPERATIONS = 50


class SocketEndpoint:
    def __init__(self, services: Services, listening: Listening, gate: Gate) -> None:
        self._services = services
        self._listening = listening
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        if SUBPROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})
            await _close(send, messages.WRONG_SUBPROTOCOL, f"Speak {SUBPROTOCOL}.")
            return
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
        socket = Socket(self._services, self._listening, self._gate, scope)
        try:
            self._listening.sessions.enter(socket)
        except Unavailable as full:
            await _close(send, messages.TRY_AGAIN, full.message)
            return
        try:
            await socket.run(receive, send)
        finally:
            self._listening.sessions.leave(socket)


class Socket:
    """A `Session`."""

    def __init__(self, services: Services, listening: Listening, gate: Gate, scope: Scope) -> None:
        self.identity: Identity | None = None
        self.person: int | None = None
        self.outgoing = Outgoing()
        self._services = services
        self._listening = listening
        self._gate = gate
        self._header = dict(scope["headers"]).get(b"authorization")
        client = scope.get("client")
        self._address = client[0] if client else None
        self._acknowledged = False
        # By the client's id: work under way, or whom events come to.
        self._operations: dict[str, asyncio.Task[None] | Listener[Subscription]] = {}
        self._main: asyncio.Task[Any] | None = None
        self._ended: Closed | None = None

    # --- Session

    def end(self, code: int, reason: str) -> None:
        if self._ended is None and self._main is not None:
            self._ended = Closed(code, reason)
            self._main.cancel()

    def beat(self) -> None:
        if self._acknowledged:
            self._say(messages.PING)

    # --- life

    async def run(self, receive: Receive, send: Send) -> None:
        self._main = asyncio.current_task()
        assert self._main is not None
        writing = asyncio.create_task(self._write(send))
        closed: Closed | None = None
        try:
            await self._read(receive)
        except Closed as refused:
            closed = refused
        except asyncio.CancelledError:
            if self._ended is None or self._main.uncancel():
                raise
            closed = self._ended
        finally:
            self._main = None
            self._drop_all()
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
        if closed is not None:
            await _close(send, closed.code, closed.reason)

    async def _write(self, send: Send) -> None:
        outgoing = self.outgoing
        while True:
            await outgoing.wait()
            while (text := outgoing.take()) is not None:
                await send({"type": "websocket.send", "text": text})
                outgoing.done()

    def _say(self, text: str) -> None:
        if self._ended is None and not self.outgoing.put(text):
            self._listening.sessions.cut_off(self)

    # --- messages

    async def _read(self, receive: Receive) -> None:
        """Until the client goes. Raises Closed."""
        longest = self._services.numbers.max_body_bytes
        try:
            async with asyncio.timeout(INIT_SECONDS) as patience:
                while True:
                    said = await receive()
                    if said["type"] == "websocket.disconnect":
                        return
                    await self._obey(messages.read(said.get("text"), longest))
                    if self._acknowledged:
                        patience.reschedule(None)
        except TimeoutError:
            raise Closed(messages.INIT_TIMEOUT, "There was no connection_init.") from None

    async def _obey(self, message: messages.Message) -> None:
        match message:
            case Init(payload):
                await self._begin(payload)
            case Ping(payload):
                self._say(messages.write("pong", payload=payload))
            case Subscribe(id, asked):
                self._subscribe(id, asked)
            case Complete(id):
                self._drop(id)

    async def _begin(self, payload: Mapping[str, Any]) -> None:
        if self._acknowledged:
            raise Closed(messages.INIT_AGAIN, "There was a connection_init already.")
        token = messages.bearer(payload) or self._header
        try:
            identity = await self._services.tokens.identify(token)
            if identity is not None:
                self.person = await self._services.reader.person_of(identity.subject_key)
        except Unavailable as away:
            raise Closed(messages.TRY_AGAIN, away.message[: messages.MAX_REASON]) from None
        except AmityError as error:
            raise Closed(messages.FORBIDDEN, error.message[: messages.MAX_REASON]) from None
        self.identity = identity  # last: from here on it is looked after
        self._acknowledged = True
        self._say(messages.ACK)

    # --- operations

    def _subscribe(self, id: str, asked: Parameters) -> None:
        if not self._acknowledged:
            raise Closed(messages.NOT_ACKNOWLEDGED, "Send a connection_init first.")
        if id in self._operations:
            raise Closed(messages.DUPLICATE_ID, "There is an operation of this id already.")
        if len(self._operations) >= MAX_OPERATIONS:
            busy = Unavailable(f"At most {MAX_OPERATIONS} operations at once.")
            self._say(messages.write_errors(id, [describe(busy)]))
            return
        self._operations[id] = asyncio.create_task(self._operate(id, asked))

    async def _operate(self, id: str, asked: Parameters) -> None:
        try:
            document = self._listening.operations.prepare(asked.query)
            if document.failures:
                self._refuse(id, *document.failures)
                return
            operation = document.operation(asked.operation_name)
            with self._gate.entered():
                async with self._gate.turn():
                    await self._within_time(id, document, operation, asked)
        except AmityError as error:
            self._refuse(id, describe(error))
        except Exception:
            log.exception("an operation failed")
            self._refuse(id, describe(internal()))

    def _refuse(self, id: str, *errors: Mapping[str, Any]) -> None:
        if self._operations.pop(id, None) is not None:
            self._say(messages.write_errors(id, errors))

    async def _within_time(
        self, id: str, document: Document, operation: Operation, asked: Parameters
    ) -> None:
        seconds = self._services.numbers.request_seconds
        try:
            with deadline(seconds):
                async with asyncio.timeout(seconds):
                    if operation.kind == "subscription":
                        await self._listen(id, document, operation, asked)
                    else:
                        await self._answer(id, document, operation, asked)
        except TimeoutError:
            raise DeadlineExceeded(f"It took longer than {seconds:g} seconds.") from None

    async def _listen(
        self, id: str, document: Document, operation: Operation, asked: Parameters
    ) -> None:
        prefix = messages.next_prefix(id)

        def give(text: str, seq: Seq) -> None:
            if id in self._operations:
                self._say(f"{prefix}{text}}}")

        caller = Caller(self.identity, self._address)
        context = await self._listening.operations.context(caller)
        listener = await self._listening.attach(caller, context, document, operation, asked, give)
        if id in self._operations:
            self._operations[id] = listener
        else:
            self._listening.detach(listener)

    async def _answer(
        self, id: str, document: Document, operation: Operation, asked: Parameters
    ) -> None:
        """A query or a mutation: one answer, and it is complete."""
        operations = self._listening.operations
        caller = Caller(self.identity, self._address)
        context = await operations.context(caller)
        cost = await operations.price(context, operation, asked)
        check_standing(await operations.charge(caller, context, cost))
        running = asyncio.ensure_future(operations.run(context, document, asked))
        # Half a change helps nobody: only a query ends with whoever asked it.
        mutation = operation.kind == "mutation"
        result = await (asyncio.shield(running) if mutation else running)
        if self._operations.pop(id, None) is not None:
            self._say(f"{messages.next_prefix(id)}{orjson.dumps(result.body).decode()}}}")
            self._say(messages.write("complete", id))

    def _drop(self, id: str) -> None:
        found = self._operations.pop(id, None)
        if isinstance(found, asyncio.Task):
            found.cancel()
        elif found is not None:
            self._listening.detach(found)

    def _drop_all(self) -> None:
        for id in list(self._operations):
            self._drop(id)


async def _close(send: Send, code: int, reason: str) -> None:
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await send({"type": "websocket.close", "code": code, "reason": reason})
    except TimeoutError:
        log.info("a socket could not be told that it is closed")
