"""The smallest thing the supervisor can serve; it says which process answered."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from graph.errors import Unavailable
from web import logs


async def ready(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ready")


async def pid(_: Request) -> PlainTextResponse:
    return PlainTextResponse(str(os.getpid()))


def app() -> Starlette:
    return Starlette(routes=[Route("/readyz", ready), Route("/pid", pid)])


def broken() -> Starlette:
    raise RuntimeError("this application can't start")


def away() -> Starlette:
    """As where the graph is somebody else's, and is not there."""

    @asynccontextmanager
    async def opening(_: Starlette) -> AsyncIterator[None]:
        raise Unavailable("The graph can't be reached.")
        yield

    logs.configure("info", "text")
    return Starlette(lifespan=opening)
