"""The web over the memory store, asked through HTTP without a socket, or with one."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import strawberry
import uvicorn
from starlette.types import ASGIApp

from graph.stores.memory import MemoryStore
from resolvers.cursors import Cursors
from schema.execute import schema as served
from tests.support.acting import acting
from tests.support.cast import ISSUER, T0
from tests.support.direct import DirectReader
from web.app import build_app
from web.execution import graphql_schema, preparer
from web.services import Numbers, Services
from web.signing import sign_token
from web.tokens import SharedSecret, Tokens

SECRET = b"a secret of the tests, 32 bytes or more"
AUDIENCE = "amity"
NOW = T0 + 30 * 86_400_000


def token(subject: str, **changes: Any) -> str:
    said: dict[str, Any] = {"subject": subject, "audience": AUDIENCE, "issuer": ISSUER, **changes}
    return sign_token(said.pop("secret", SECRET), **said)


def bearer(subject: str, **changes: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(subject, **changes)}"}


def services(
    store: MemoryStore | None = None, schema: strawberry.Schema = served, **changes: Any
) -> Services:
    store = store or MemoryStore()
    reader = changes.pop("reader", None) or DirectReader(store)
    graphql = graphql_schema(schema)
    made: dict[str, Any] = {
        "store": store,
        "reader": reader,
        "actions": acting(store, reader).actions,
        "cursors": Cursors(b"a secret of the tests"),
        "snapshots": None,
        "schema": graphql,
        "prepare": preparer(graphql),
        "tokens": Tokens(SharedSecret(SECRET), AUDIENCE, ISSUER),
        "now": lambda: NOW,
    }
    return Services(**{**made, **changes})


@asynccontextmanager
async def serving(made: Services | None = None, **numbers: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an app; numbers are bounds that differ from the usual."""
    made = made or services()
    if numbers:
        made = replace(made, numbers=Numbers(**numbers))
    app = build_app(made)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://amity") as client,
    ):
        yield client


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncIterator[str]:
    """The app on a free port of this machine; where it is."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            app, log_config=None, access_log=False, timeout_graceful_shutdown=1, lifespan="on"
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve([bound]))
        while not server.started and not serving.done():  # noqa: ASYNC110  # it tells nobody
            await asyncio.sleep(0.005)
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        server.should_exit = True
        await serving


def address(url: str) -> tuple[str, int]:
    parsed = httpx.URL(url)
    assert parsed.port is not None
    return parsed.host, parsed.port


async def ask(
    client: httpx.AsyncClient, query: str, headers: dict[str, str] | None = None, **variables: Any
) -> httpx.Response:
    return await client.post(
        "/graphql", json={"query": query, "variables": variables}, headers=headers
    )


def code(response: httpx.Response) -> str:
    (error, *_) = response.json()["errors"]
    found: str = error["extensions"]["code"]
    return found
