"""The smallest thing the supervisor can serve; it says which process answered."""

from __future__ import annotations

import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def ready(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ready")


async def pid(_: Request) -> PlainTextResponse:
    return PlainTextResponse(str(os.getpid()))


def app() -> Starlette:
    return Starlette(routes=[Route("/readyz", ready), Route("/pid", pid)])


def broken() -> Starlette:
    raise RuntimeError("this application can't start")
