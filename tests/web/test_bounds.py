"""Shedding, deadlines, and clients that go away."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from graph.errors import Unavailable
from tests.web.serving import ask, code, services, serving
from tests.web.toy import Steps, toy
from web.app import build_app
from web.shedding import Gate
from web.watch import PATIENCE_SECONDS

pytestmark = pytest.mark.anyio


async def test_what_is_too_much_is_shed_and_the_rest_is_answered() -> None:
    steps = Steps()
    bounds = {"max_concurrency": 2, "max_waiting": 3}
    async with serving(services(schema=toy(steps)), **bounds) as client:
        asked = [asyncio.ensure_future(ask(client, "{ waits }")) for _ in range(5)]
        await steps.until(begun=2)
        await asyncio.sleep(0.01)
        assert steps.begun == 2
        shed = await ask(client, "{ waits }")
        assert (shed.status_code, code(shed)) == (503, "UNAVAILABLE")
        assert shed.headers["retry-after"] == "1"
        assert (await client.get("/readyz")).status_code == 200
        assert (await client.get("/healthz")).status_code == 200
        assert "amity_gate_shed_total 1.0" in (await client.get("/metrics")).text
        steps.go.set()
        answers = await asyncio.gather(*asked)
        assert [answer.json()["data"]["waits"] for answer in answers] == ["done"] * 5
        assert (await ask(client, "{ hello }")).status_code == 200


async def test_whoever_waits_too_long_is_shed() -> None:
    steps = Steps()
    bounds = {"max_concurrency": 1, "max_waiting": 3, "wait_seconds": 0.01}
    async with serving(services(schema=toy(steps)), **bounds) as client:
        first = asyncio.ensure_future(ask(client, "{ waits }"))
        await steps.until(begun=1)
        assert code(await ask(client, "{ hello }")) == "UNAVAILABLE"
        steps.go.set()
        assert (await first).json() == {"data": {"waits": "done"}}
        assert (await ask(client, "{ hello }")).json() == {"data": {"hello": "hello you"}}


async def test_a_gate_loses_no_place_whatever_is_cancelled() -> None:
    gate = Gate(running=2, waiting=50, wait_seconds=5)

    async def enter(ticks: int) -> None:
        with gate.entered():
            async with gate.turn():
                for _ in range(ticks):
                    await asyncio.sleep(0)

    for round_ in range(60):
        tasks = [asyncio.ensure_future(enter(n % 4)) for n in range(12)]
        for _ in range(round_ % 7):
            await asyncio.sleep(0)
        for task in tasks[round_ % 5 :: 3]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert (gate.inside, gate.working) == (0, 0)


async def test_a_gate_bounds_who_is_inside() -> None:
    gate = Gate(running=1, waiting=1, wait_seconds=5)
    with gate.entered(), gate.entered(), pytest.raises(Unavailable), gate.entered():
        pass
    assert (gate.inside, gate.shed) == (0, 1)


async def test_a_slow_store_is_a_timeout_of_its_field() -> None:
    async with serving(services(schema=toy(Steps())), request_seconds=0.05) as client:
        response = await ask(client, "{ hello storeIsSlow }")
    assert response.json()["data"] == {"hello": "hello you", "storeIsSlow": None}
    assert code(response) == "TIMEOUT"


async def test_what_heeds_no_deadline_is_cancelled() -> None:
    steps = Steps()
    async with serving(services(schema=toy(steps)), request_seconds=0.05) as client:
        response = await ask(client, "{ hello waits }")
        assert (response.status_code, code(response)) == (504, "TIMEOUT")
        assert "data" not in response.json()
        assert (steps.begun, steps.cancelled) == (1, 1)
        assert "amity_requests_in_flight 0.0" in (await client.get("/metrics")).text


class Caller:
    """An ASGI client that may go away."""

    def __init__(self, query: str) -> None:
        self.body = b'{"query": "%s"}' % query.encode()
        self.gone = asyncio.Event()
        self.sent: list[dict[str, Any]] = []
        self._read = False

    async def receive(self) -> dict[str, Any]:
        if not self._read:
            self._read = True
            return {"type": "http.request", "body": self.body, "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    def scope(self) -> dict[str, Any]:
        headers = [(b"content-type", b"application/json")]
        return {
            "type": "http",
            "method": "POST",
            "path": "/graphql",
            "query_string": b"",
            "headers": headers,
            "client": ("127.0.0.1", 1),
        }


async def call(steps: Steps, caller: Caller) -> None:
    await build_app(services(schema=toy(steps)))(caller.scope(), caller.receive, caller.send)


async def test_a_client_that_goes_away_ends_its_question() -> None:
    steps, caller = Steps(), Caller("{ waits }")
    asked = asyncio.ensure_future(call(steps, caller))
    await steps.until(begun=1)
    caller.gone.set()
    await asked
    assert (steps.cancelled, caller.sent) == (1, [])


async def test_a_client_that_goes_away_does_not_end_its_change() -> None:
    steps, caller = Steps(), Caller("mutation { changeSlowly }")
    asked = asyncio.ensure_future(call(steps, caller))
    await steps.until(begun=1)
    caller.gone.set()
    await asyncio.sleep(3 * PATIENCE_SECONDS)
    steps.go.set()
    await asked
    assert (steps.cancelled, steps.ended) == (0, 1)


async def test_a_server_that_stops_cancels_as_usual() -> None:
    steps, caller = Steps(), Caller("{ waits }")
    asked = asyncio.ensure_future(call(steps, caller))
    await steps.until(begun=1)
    await asyncio.sleep(3 * PATIENCE_SECONDS)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert steps.cancelled == 1
