"""What stands around /graphql: the landing, and other origins."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.web.serving import ask, services, serving
from tests.web.toy import Steps, toy

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(anyio_backend: str) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(services(schema=toy(Steps()))) as client:
        yield client


async def test_the_landing_says_where_things_are(client: httpx.AsyncClient) -> None:
    response = await client.get("/")
    assert response.json()["graphql"] == "/graphql"


async def test_cors_is_off_unless_configured(client: httpx.AsyncClient) -> None:
    asking = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in (await ask(client, "{ hello }", asking)).headers
    made = services(schema=toy(Steps()))
    async with serving(made, cors_origins=("https://app.example",)) as allowed:
        preflight = await allowed.options("/graphql", headers=asking)
        assert preflight.headers["access-control-allow-origin"] == "https://app.example"
        other = await ask(allowed, "{ hello }", {"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers
