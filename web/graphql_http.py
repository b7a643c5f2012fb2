"""/graphql: one request from its bytes to its answer.

method → media type → token → body → document → turn → viewer → cost → budget → execution.
Whatever fails on the way is an `AmityError` or a `Refusal`, and becomes an answer in one place.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from inspect import isawaitable
from time import perf_counter
from typing import Any

from graphql import ExecutionResult
from starlette.types import Receive, Scope, Send

from graph.deadline import deadline
from graph.errors import AmityError, BadInput, DeadlineExceeded, NotSupported
from graph.visibility import ANYONE
from resolvers.context import Context, Identity
from schema.errors import present_errors
from web import parameters
from web.answers import (
    MAX_ERRORS,
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
from web.budget import Budget, spent_up, who_pays
from web.cost import Costs
from web.documents import Document, Documents, Operation
from web.metrics import Metrics
from web.parameters import RESPONSE_JSON, ClientGone, Parameters
from web.services import Services
from web.shedding import Gate
from web.watch import Watch

log = logging.getLogger("amity.web")
requests = logging.getLogger("amity.request")

METHODS = ("GET", "POST")
MAX_EPOCH = 128
# Past its deadline a store call fails by itself; what has not answered a little later is ended.
GRACE_SECONDS = 0.25


@dataclass(slots=True)
class Exchange:
    """One request, and what becomes known of it."""

    scope: Scope
    receive: Receive
    headers: dict[bytes, bytes]
    started: float
    media: bytes = parameters.JSON
    kind: str = "none"
    digest: str | None = None
    cost: int | None = None
    viewer: int | None = None
    answer_headers: list[tuple[bytes, bytes]] = field(default_factory=list)


class GraphQLEndpoint:
    def __init__(
        self,
        services: Services,
        documents: Documents,
        gate: Gate,
        metrics: Metrics,
        budget: Budget | None,
    ) -> None:
        self._services = services
        self._documents = documents
        self._gate = gate
        self._metrics = metrics
        self._budget = budget
        self._numbers = services.numbers
        self._costs = Costs(services.reader, services.numbers.max_cost)

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
        await send_answer(send, exchange.media, answer, exchange.answer_headers)
        await self._note_activity(exchange)

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
        document = self._documents.prepare(asked.query)
        exchange.digest = document.digest
        if document.failures:
            code = document.failures[0]["extensions"]["code"]
            body = failed(*document.failures)
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
        context = await self._context(exchange, identity)
        cost = await self._costs.check(
            operation.shape, operation.reads, asked.variables, context.viewer
        )
        exchange.cost = cost
        await self._charge(exchange, context, cost)
        assert document.ast is not None
        result = self._services.execute(
            document.ast, context, dict(asked.variables), asked.operation_name
        )
        if isawaitable(result):
            result = await result
        if context.epoch is not None:
            exchange.answer_headers.append((b"amity-epoch", context.epoch.encode()))
        return self._present(exchange, result)

    async def _context(self, exchange: Exchange, identity: Identity | None) -> Context:
        services = self._services
        epoch = exchange.headers.get(b"amity-epoch")
        if epoch is not None:
            await services.reader.catch_up(_epoch(epoch))
        viewer = ANYONE
        if identity is not None:
            person = await services.reader.person_of(identity.subject_key)
            viewer = await services.reader.viewer(person)
            exchange.viewer = person
        return Context(
            identity=identity,
            viewer=viewer,
            reader=services.reader,
            store=services.store,
            actions=services.actions,
            cursors=services.cursors,
            snapshots=services.snapshots,
            now=services.now,
            feeds=services.feeds,
        )

    async def _charge(self, exchange: Exchange, context: Context, cost: int) -> None:
        if self._budget is None:
            return
        client = exchange.scope.get("client")
        who = who_pays(
            context.viewer.id,
            context.identity.subject_key if context.identity else None,
            client[0] if client else None,
        )
        standing = await self._budget.spend(who, cost)
        exchange.answer_headers += standing.headers()
        if not standing.allowed:
            raise spent_up(standing)

    def _present(self, exchange: Exchange, result: ExecutionResult) -> Answer:
        body: dict[str, Any] = {}
        code = "OK"
        if result.errors:
            errors = present_errors(result.errors[:MAX_ERRORS])
            body["errors"] = [error.formatted for error in errors]
            code = str((errors[0].extensions or {})["code"])
        asked_nothing = result.data is None and all(one.path is None for one in result.errors or ())
        if not asked_nothing:
            body["data"] = result.data
        if exchange.headers.get(b"amity-cost") == b"1":
            body["extensions"] = {"cost": exchange.cost}
        status = _request_error_status(exchange) if asked_nothing else 200
        return Answer(status, encode(body), code=code)

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
    if operation.kind == "subscription":
        raise NotSupported("Subscriptions are not answered over plain HTTP.")
    if operation.kind == "mutation" and exchange.scope["method"] == "GET":
        raise Refusal(405, "A mutation needs a POST.", (b"allow", b"POST"))


def _epoch(header: bytes) -> str:
    if len(header) > MAX_EPOCH or not header.isascii() or not header.decode().isprintable():
        raise BadInput("The Amity-Epoch header is none that we sent.")
    return header.decode()


def _trace_parent(exchange: Exchange) -> dict[str, str]:
    return {
        name: exchange.headers[name.encode()].decode("latin-1")
        for name in ("traceparent", "tracestate")
        if name.encode() in exchange.headers
    }
