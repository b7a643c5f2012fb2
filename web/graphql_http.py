"""/graphql: one request from its bytes to its answer.

method → media type → token → body → document → turn → viewer → cost → budget → execution.
Whatever fails on the way is an `AmityError` or a `Refusal`, and becomes an answer in one place.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from time import perf_counter

from starlette.types import Receive, Scope, Send

from graph.deadline import deadline
from graph.errors import AmityError, DeadlineExceeded, NotSupported
from resolvers.context import Context, Identity
from web import parameters
from web.answers import (
    Answer,
    Refusal,
    describe,
    encode,
    failed,
    internal,
    retry_headers,
    send_answer,
    status_of,
)
from web.documents import Document, Operation
from web.live.listening import Listening
from web.live.sse import EventStream, whole
from web.metrics import Metrics
from web.operations import Caller, Operations, Result, check_standing, first_code
from web.parameters import EVENT_STREAM, JSON, RESPONSE_JSON, ClientGone, Parameters
from web.services import Services
from web.shedding import Gate
from web.watch import Watch

log = logging.getLogger("amity.web")
requests = logging.getLogger("amity.request")

METHODS = ("GET", "POST")
# Past its deadline a store call fails by itself; what has not answered a little later is ended.
GRACE_SECONDS = 0.25


@dataclass(slots=True)
class Exchange:
    """One request, and what becomes known of it."""

    scope: Scope
    receive: Receive
    headers: dict[bytes, bytes]
    started: float
    media: bytes = JSON
    kind: str = "none"
    digest: str | None = None
    cost: int | None = None
    viewer: int | None = None
    stream: EventStream | None = None  # that goes on after the answer
    answer_headers: list[tuple[bytes, bytes]] = field(default_factory=list)


class GraphQLEndpoint:
    def __init__(
        self,
        services: Services,
        operations: Operations,
        listening: Listening,
        gate: Gate,
        metrics: Metrics,
    ) -> None:
        self._services = services
        self._operations = operations
        self._listening = listening
        self._gate = gate
        self._metrics = metrics
        self._numbers = services.numbers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, receive, dict(scope["headers"]), perf_counter())
        with self._services.tracing.span("graphql", _trace_parent(exchange)) as span:
            try:
                answer = await self._answer(exchange)
            except ClientGone:
                self._record(exchange, "CLIENT_GONE", 499)
                return
            span.note(kind=exchange.kind, code=answer.code, status=answer.status)
        self._record(exchange, answer.code, answer.status)
        await self._send(exchange, answer, send)
        await self._note_activity(exchange)

    async def _send(self, exchange: Exchange, answer: Answer, send: Send) -> None:
        if exchange.stream is not None:
            try:
                await exchange.stream.run(exchange.receive, send, exchange.answer_headers)
            finally:
                exchange.stream.leave()
            return
        media = exchange.media
        if media == EVENT_STREAM:
            answer, media = (whole(answer), media) if answer.status == 200 else (answer, JSON)
        await send_answer(send, media, answer, exchange.answer_headers)

    async def _note_activity(self, exchange: Exchange) -> None:
        """After the answer: nobody waits for it, and nobody's request fails because of it."""
        if exchange.viewer is None:
            return
        try:
            with deadline(self._numbers.request_seconds):
                await self._services.actions.touch_active(exchange.viewer)
        except AmityError as error:
            log.warning("activity is not noted", extra={"code": error.code})

    async def _answer(self, exchange: Exchange) -> Answer:
        try:
            with self._gate.entered():
                return await self._respond(exchange)
        except Refusal as refusal:
            body = failed(describe(refusal.error))
            return Answer(refusal.status, body, refusal.headers, refusal.error.code)
        except AmityError as error:
            return self._failure(exchange, error)
        except ClientGone:
            raise
        except Exception:  # the last line: whatever it was, the client learns no more than a code
            log.exception("request failed")
            return self._failure(exchange, internal())

    def _failure(self, exchange: Exchange, error: AmityError) -> Answer:
        status = status_of(error, _request_error_status(exchange))
        headers = retry_headers(error)
        if status == 401:
            challenge = f'Bearer realm="amity", error="invalid_token", error_description="{error}"'
            headers.append((b"www-authenticate", challenge.encode()))
        return Answer(status, failed(describe(error)), headers, error.code)

    async def _respond(self, exchange: Exchange) -> Answer:
        if exchange.scope["method"] not in METHODS:
            raise Refusal(405, "Use POST, or GET for queries.", (b"allow", b"GET, POST"))
        exchange.media = parameters.negotiate(exchange.headers.get(b"accept"))
        identity = await self._services.tokens.identify(exchange.headers.get(b"authorization"))
        asked = await self._read(exchange)
        document = self._operations.prepare(asked.query)
        exchange.digest = document.digest
        if document.failures:
            body = failed(*document.failures)
            code = first_code(document.failures)
            return Answer(_request_error_status(exchange), body, code=code)
        operation = document.operation(asked.operation_name)
        exchange.kind = operation.kind
        _check_kind(exchange, operation)
        async with self._gate.turn():
            return await self._within_time(exchange, identity, asked, document, operation)

    async def _read(self, exchange: Exchange) -> Parameters:
        if exchange.scope["method"] == "GET":
            return parameters.from_query_string(exchange.scope["query_string"])
        parameters.check_content_type(exchange.headers.get(b"content-type"))
        limit = self._numbers.max_body_bytes
        body = await parameters.read_body(exchange.receive, exchange.headers, limit)
        return parameters.from_body(body)

    async def _within_time(
        self,
        exchange: Exchange,
        identity: Identity | None,
        asked: Parameters,
        document: Document,
        operation: Operation,
    ) -> Answer:
        seconds = self._numbers.request_seconds
        try:
            with deadline(seconds):
                async with asyncio.timeout(seconds + GRACE_SECONDS):
                    if operation.kind == "mutation":
                        # Nobody may wait for it any more, but half a change helps nobody either.
                        return await self._run(exchange, identity, asked, document, operation)
                    with Watch(exchange.receive):
                        return await self._run(exchange, identity, asked, document, operation)
        except TimeoutError:
            raise DeadlineExceeded(f"The request took longer than {seconds:g} seconds.") from None

    async def _run(
        self,
        exchange: Exchange,
        identity: Identity | None,
        asked: Parameters,
        document: Document,
        operation: Operation,
    ) -> Answer:
        client = exchange.scope.get("client")
        epoch = exchange.headers.get(b"amity-epoch")
        caller = Caller(identity, client[0] if client else None, epoch)
        context = await self._operations.context(caller)
        exchange.viewer = context.viewer.id
        if operation.kind == "subscription":
            return await self._listen(exchange, caller, context, asked, document, operation)
        exchange.cost = await self._operations.price(context, operation, asked)
        await self._charge(exchange, caller, context, exchange.cost)
        result = await self._operations.run(context, document, asked)
        if context.epoch is not None:
            exchange.answer_headers.append((b"amity-epoch", context.epoch.encode()))
        return self._present(exchange, result)

    async def _listen(
        self,
        exchange: Exchange,
        caller: Caller,
        context: Context,
        asked: Parameters,
        document: Document,
        operation: Operation,
    ) -> Answer:
        """What a stream begins with: that it could begin."""
        stream = EventStream(self._listening, caller.identity, context.viewer.id)
        resume = exchange.headers.get(b"last-event-id")
        stream.enter()
        try:
            stream.listener = await self._listening.attach(
                *(caller, context, document, operation, asked),
                give=stream.give,
                resume=resume.decode("latin-1") if resume else None,
            )
        except BaseException:
            stream.leave()
            raise
        exchange.stream = stream
        return Answer(200, b"")

    async def _charge(
        self, exchange: Exchange, caller: Caller, context: Context, cost: int
    ) -> None:
        standing = await self._operations.charge(caller, context, cost)
        if standing is not None:
            exchange.answer_headers += standing.headers()
        check_standing(standing)

    def _present(self, exchange: Exchange, result: Result) -> Answer:
        body = result.body
        if exchange.headers.get(b"amity-cost") == b"1":
            body["extensions"] = {"cost": exchange.cost}
        status = _request_error_status(exchange) if result.asked_nothing else 200
        return Answer(status, encode(body), code=result.code)

    def _record(self, exchange: Exchange, code: str, status: int) -> None:
        seconds = perf_counter() - exchange.started
        self._metrics.record(exchange.kind, code, seconds)
        requests.info(
            "request",
            extra={
                "kind": exchange.kind,
                "document": exchange.digest,
                "code": code,
                "status": status,
                "cost": exchange.cost,
                "ms": round(seconds * 1_000, 2),
            },
        )


def _request_error_status(exchange: Exchange) -> int:
    """A well-formed request that can't be run: 400 in the newer media type, 200 in the older."""
    return 400 if exchange.media == RESPONSE_JSON else 200


def _check_kind(exchange: Exchange, operation: Operation) -> None:
    if operation.kind == "subscription" and EVENT_STREAM not in exchange.headers.get(
        b"accept", b""
    ):
        raise NotSupported("Subscribe over WebSocket, or accept text/event-stream.")
    if operation.kind == "mutation" and exchange.scope["method"] == "GET":
        raise Refusal(405, "A mutation needs a POST.", (b"allow", b"POST"))


def _trace_parent(exchange: Exchange) -> dict[str, str]:
    return {
        name: exchange.headers[name.encode()].decode("latin-1")
        for name in ("traceparent", "tracestate")
        if name.encode() in exchange.headers
    }
