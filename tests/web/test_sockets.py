"""Through a real server on a real socket: what only HTTP itself can show."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.errors import Unauthenticated, Unavailable
from tests.web.keys import RSA, jwk, signed
from tests.web.serving import AUDIENCE, address, ask, code, listening, services
from tests.web.toy import Steps, toy
from web.app import build_app
from web.jwks import MAX_BYTES, PublishedKeys, over_http
from web.services import Numbers
from web.tokens import Tokens

pytestmark = pytest.mark.anyio


async def test_many_questions_on_one_connection() -> None:
    async with (
        listening(build_app(services(schema=toy(Steps())))) as url,
        httpx.AsyncClient(base_url=url) as client,
    ):
        for n in range(20):
            response = await ask(client, "query($n: Int!) { twice(number: $n) }", n=n)
            assert response.json() == {"data": {"twice": 2 * n}}


async def test_a_body_that_never_ends_is_cut_off() -> None:
    numbers = Numbers(max_body_bytes=10_000)
    async with listening(build_app(services(schema=toy(Steps()), numbers=numbers))) as url:
        reader, writer = await asyncio.open_connection(*address(url))
        writer.write(
            b"POST /graphql HTTP/1.1\r\nhost: amity\r\ncontent-type: application/json\r\n"
            b"transfer-encoding: chunked\r\n\r\n"
        )
        chunk = b"800\r\n" + b" " * 0x800 + b"\r\n"
        writer.write(chunk * 10)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 413")
        await reader.read()  # the server closes
        writer.close()


async def test_a_client_that_hangs_up_ends_its_question() -> None:
    steps = Steps()
    async with listening(build_app(services(schema=toy(steps)))) as url:
        _, writer = await asyncio.open_connection(*address(url))
        body = json.dumps({"query": "{ waits }"}).encode()
        head = (
            b"POST /graphql HTTP/1.1\r\nhost: amity\r\ncontent-type: application/json\r\n"
            b"content-length: %d\r\n\r\n" % len(body)
        )
        writer.write(head + body)
        await steps.until(begun=1)
        writer.transport.abort()
        async with asyncio.timeout(10):
            while not steps.cancelled:  # noqa: ASYNC110  # it is cancelled, so it can't tell
                await asyncio.sleep(0.01)
    assert steps.ended == 1


async def test_what_is_no_http_at_all() -> None:
    async with listening(build_app(services(schema=toy(Steps())))) as url:
        reader, writer = await asyncio.open_connection(*address(url))
        writer.write(b"\xff\xfe nonsense\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400")
        writer.close()
        async with httpx.AsyncClient(base_url=url) as client:
            assert (await client.get("/healthz")).status_code == 200
            assert code(await ask(client, "{")) == "BAD_INPUT"


# --- keys, fetched ------------------------------------------------------------------------------


def provider(body: bytes, status: int = 200) -> Starlette:
    async def keys(request: Request) -> Response:
        return Response(body, status)

    return Starlette(routes=[Route("/keys", keys)])


async def test_keys_are_fetched_over_http() -> None:
    document = json.dumps({"keys": [jwk(RSA, "k")]}).encode()
    async with listening(provider(document)) as url:
        tokens = Tokens(PublishedKeys(over_http(f"{url}/keys")), AUDIENCE, "amity")
        identity = await tokens.identify(f"Bearer {signed(RSA, 'RS256')}".encode())
        assert identity is not None
        with pytest.raises(Unauthenticated):
            await tokens.identify(f"Bearer {signed(RSA, 'RS256', 'other')}".encode())


@pytest.mark.parametrize(
    ("body", "status"), [(b"{}", 500), (b" " * (MAX_BYTES + 1), 200), (b"<html>", 200)]
)
async def test_what_is_no_key_set_leaves_nothing_verified(body: bytes, status: int) -> None:
    async with listening(provider(body, status)) as url:
        tokens = Tokens(PublishedKeys(over_http(f"{url}/keys")), AUDIENCE, "amity")
        with pytest.raises(Unavailable):
            await tokens.identify(f"Bearer {signed(RSA, 'RS256')}".encode())
