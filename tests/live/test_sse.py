"""GraphQL over server-sent events: the same events, one connection for one operation."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from tests.live.serving import INBOX, PATIENCE, Served
from tests.support.cast import Cast

pytestmark = pytest.mark.anyio

STREAM = "text/event-stream"


class Events:
    """What a browser makes of a stream: (event, id, data)."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def next(self) -> tuple[str, str | None, Any]:
        said: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE):
            async for line in self._lines:
                if line and not line.startswith(":"):
                    name, _, value = line.partition(":")
                    said[name] = value.removeprefix(" ")
                elif not line and "event" in said:
                    data = json.loads(said["data"]) if said["data"] else None
                    return said["event"], said.get("id"), data
        raise EOFError

    async def event(self) -> Any:
        name, id, data = await self.next()
        assert name == "next", (name, data)
        assert data["data"]["inbox"]["seq"] == id
        return data["data"]["inbox"]


@asynccontextmanager
async def stream(
    service: Served, name: str | None, query: str = INBOX, **more: Any
) -> AsyncIterator[Events]:
    headers = {"Accept": STREAM, **more.pop("headers", {})}
    if name:
        headers["Authorization"] = f"Bearer {service.token(name)}"
    body = {"query": query, "variables": more}
    async with (
        httpx.AsyncClient(base_url=service.url, trust_env=False, timeout=PATIENCE) as http,
        http.stream("POST", "/graphql", json=body, headers=headers) as response,
    ):
        yield Events(response)


async def test_events_come_as_they_happen(service: Served, people: Cast) -> None:
    async with stream(service, "bob") as bob:
        assert bob.response.headers["content-type"].startswith(STREAM)
        await service.listening(1)
        await service.rooms.actions.follow(people.alice, people.bob)
        assert (await bob.event())["by"] == {"username": "alice"}
    await service.listening(0)  # whoever goes is noticed


async def test_a_stream_is_resumed_by_its_last_id_or_by_after(
    service: Served, people: Cast
) -> None:
    async with stream(service, "bob") as bob:
        await service.listening(1)
        await service.rooms.actions.follow(people.alice, people.bob)
        seq = (await bob.event())["seq"]
    await service.rooms.actions.follow(people.carol, people.bob)
    async with (
        stream(service, "bob", headers={"Last-Event-ID": seq}) as browser,
        stream(service, "bob", after=seq) as other,
    ):
        for one in (browser, other):
            assert (await one.event())["by"] == {"username": "carol"}


async def test_a_stream_can_be_asked_for_by_get(service: Served, people: Cast) -> None:
    headers = {"Accept": STREAM, "Authorization": f"Bearer {service.token('bob')}"}
    async with (
        httpx.AsyncClient(base_url=service.url, trust_env=False, timeout=PATIENCE) as http,
        http.stream("GET", "/graphql", params={"query": INBOX}, headers=headers) as response,
    ):
        await service.listening(1)
        await service.rooms.actions.follow(people.alice, people.bob)
        assert (await Events(response).event())["by"] == {"username": "alice"}


async def test_a_question_is_answered_as_one_event(service: Served) -> None:
    for query, member in (("{ viewer { username } }", "data"), ("{ nothing }", "errors")):
        async with stream(service, "alice", query) as alice:
            assert alice.response.status_code == 200
            name, _, said = await alice.next()
            assert (name, list(said)) == ("next", [member])
            assert await alice.next() == ("complete", None, None)
            with pytest.raises(EOFError):
                await alice.next()


@pytest.mark.parametrize(
    ("name", "query", "status", "code"),
    [
        (None, INBOX, 401, "UNAUTHENTICATED"),
        ("nobody", INBOX, 200, "FORBIDDEN"),
        ("alice", INBOX.replace("$after)", '"x")'), 200, "BAD_INPUT"),
    ],
)
async def test_what_can_not_be_listened_to_is_said_first(
    service: Served, name: str | None, query: str, status: int, code: str
) -> None:
    async with stream(service, name, query) as refused:
        assert refused.response.status_code == status
        if status == 200:
            _, _, said = await refused.next()
        else:
            said = json.loads(await refused.response.aread())
        assert said["errors"][0]["extensions"]["code"] == code
    assert (await service.metrics())["amity_live_connections"] == 0


async def test_a_subscription_wants_a_stream(service: Served) -> None:
    async with stream(service, "alice", headers={"Accept": "application/json"}) as refused:
        said = json.loads(await refused.response.aread())
    assert said["errors"][0]["extensions"]["code"] == "NOT_SUPPORTED"
