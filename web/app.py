"""The routes, and what stands around all of them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from random import getrandbits
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import logs
from web.analyze import analyze_routes
from web.budget import Budget
from web.cypher import Counter, cypher_routes
from web.documents import Documents
from web.graphql_http import GraphQLEndpoint
from web.health import Health
from web.live.listening import Listening, make_listening
from web.live.socket import SocketEndpoint
from web.metrics import CONTENT_TYPE, Metrics
from web.operations import Operations
from web.services import Services
from web.shedding import Gate

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
EXPOSED = [
    "Amity-As-Of",
    "Amity-Cut",
    "Amity-Rows",
    "Amity-Epoch",
    "X-Request-Id",
    "Retry-After",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
]
LANDING = {
    "name": "Amity",
    "graphql": "/graphql",
    "cypher": "/cypher",
    "health": "/healthz",
    "ready": "/readyz",
    "metrics": "/metrics",
}


class RequestIds:
    """Every answer carries the id of its request: the caller's, if it can be one, or a new one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        id = _request_id(scope)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", id)]
            await send(message)

        token = logs.request_id.set(id.decode())
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            logs.request_id.reset(token)


def _request_id(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return bytes(value)
    return b"%016x" % getrandbits(64)


def build_app(services: Services) -> Starlette:
    numbers = services.numbers
    documents = Documents(
        services.schema,
        services.limits,
        numbers.document_cache_bytes,
        services.prepare,
        services.rules,
    )
    gate = Gate(numbers.max_concurrency, numbers.max_waiting, numbers.wait_seconds)
    budget = (
        Budget(services.script, per_minute) if (per_minute := numbers.budget_per_minute) else None
    )
    operations = Operations(services, documents, budget)
    listening = make_listening(services, operations)
    counter = Counter(services.desk, services.tokens, numbers.max_body_bytes)
    metrics = Metrics(
        {
            **services.counters,
            "store": lambda: {"trips": services.store.trips},
            "documents": documents.counters,
            "gate": lambda: {"shed": gate.shed},
            "live": listening.counters,
        }
    )
    metrics.in_flight(lambda: gate.inside)
    return Starlette(
        routes=[
            Route("/", _landing),
            Route("/graphql", GraphQLEndpoint(services, operations, listening, gate, metrics)),
            WebSocketRoute("/graphql", SocketEndpoint(services, listening, gate)),
            *cypher_routes(counter),
            *analyze_routes(services.runs, counter),
            Route("/healthz", _alive),
            *_probes(Health(services.checks), metrics),
        ],
        middleware=_middleware(numbers.cors_origins),
        lifespan=_lifespan(services, listening),
    )


def _middleware(origins: tuple[str, ...]) -> list[Middleware]:
    around = [Middleware(RequestIds)]
    if origins:
        around.append(
            Middleware(
                CORSMiddleware,
                allow_origins=list(origins),
                allow_methods=["GET", "POST"],
                allow_headers=["Authorization", "Content-Type", "Amity-Epoch", "Amity-Cost"],
                expose_headers=EXPOSED,
            )
        )
    return around


def _lifespan(services: Services, listening: Listening):  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def run(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with AsyncExitStack() as stack:
            stack.callback(services.tracing.stop)
            for stop in services.on_stop:
                stack.push_async_callback(stop)
            for start in services.on_start:
                await start()
            stack.push_async_callback(listening.stop)
            await listening.start()
            # Whoever runs the app calls it before it waits for connections to end.
            yield {"drain": listening.sessions.drain}

    return run


async def _landing(request: Request) -> Response:
    return _json(LANDING)


async def _alive(request: Request) -> Response:
    return _json({"alive": True})


def _probes(health: Health, metrics: Metrics) -> list[BaseRoute]:
    async def ready(request: Request) -> Response:
        found = await health.readiness()
        return _json(
            {"ready": found.ready, "missing": list(found.missing)}, 200 if found.ready else 503
        )

    async def numbers(request: Request) -> Response:
        return Response(metrics.render(), headers={"content-type": CONTENT_TYPE})

    return [Route("/readyz", ready), Route("/metrics", numbers)]


def _json(data: object, status: int = 200) -> Response:
    return Response(orjson.dumps(data), status, {"cache-control": "no-store"}, "application/json")
