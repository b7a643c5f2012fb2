"""Logs, metrics, traces, health: what is told, and what never is."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from graph.stores.memory import MemoryStore
from tests.support.cast import cast
from tests.web.serving import ask, bearer, code, services, serving, token
from tests.web.toy import Steps, toy
from web import logs
from web.health import KEPT_SECONDS, Check, Health
from web.metrics import Metrics
from web.tracing import NoTracing, OpenTelemetry, tracing_from

pytestmark = pytest.mark.anyio


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged, as JSON lines."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    handler = logs.configure("info", "json", stream)
    yield stream
    root.removeHandler(handler)
    logging.captureWarnings(False)
    for old in before:
        root.addHandler(old)
    root.setLevel(level)


def read(stream: io.StringIO) -> list[dict[str, Any]]:
    for handler in logging.getLogger().handlers:
        handler.flush()
    return [json.loads(line) for line in stream.getvalue().splitlines()]


async def test_a_request_is_one_line(lines: io.StringIO) -> None:
    async with serving(services(schema=toy(Steps()))) as client:
        await ask(client, "{ hello }", {"X-Request-Id": "mine"})
        await ask(client, "{ forbidden }")
    first, second = read(lines)
    assert first["message"] == "request"
    assert first["kind"] == "query"
    assert (first["code"], first["status"]) == ("OK", 200)
    assert first["request"] == "mine"
    assert first["ms"] >= 0
    assert first["cost"] == 1
    assert (second["code"], second["kind"]) == ("FORBIDDEN", "query")
    assert len(second["request"]) == 16
    assert first["document"] != second["document"]


async def test_no_line_has_anything_about_anybody(lines: io.StringIO, memory: MemoryStore) -> None:
    people = await cast(memory)
    secret = "personal-matter"
    query = f"query NameOf_{secret[:8]}($u: String) {{ user(username: $u) {{ id name }} }}"
    async with (
        serving(services(memory, schema=toy(Steps()))) as toyed,
        serving(services(memory), budget_per_minute=10_000) as real,
    ):
        await ask(real, query, bearer("alice"), u="alice")
        await ask(real, f'{{ user(id: "user_{people.alice}") {{ name }} }}', bearer("alice"))
        await ask(real, f'{{ user(id: "{secret}") {{ name }} }}')
        await ask(real, "{ user", bearer(secret), secret=secret)
        await ask(real, "{ user { id } }", {"Authorization": f"Bearer {token(secret)}x"})
        await toyed.get("/graphql", params={"query": f'{{ hello(name: "{secret}") broken }}'})
        await toyed.post("/graphql", content=secret.encode())
    said = lines.getvalue()
    assert len(read(lines)) >= 8
    for private in (
        "alice",
        "Alice",
        secret,
        secret[:8],
        token(secret)[:20],
        "user_",
        "127.0.0.1",
        "subject",
        "Bearer",
    ):
        assert private not in said, private


async def test_what_nobody_expected_says_where_and_which_request(lines: io.StringIO) -> None:
    async with serving(services(schema=toy(Steps()))) as client:
        await ask(client, "{ broken }", {"X-Request-Id": "mine"})
    failure, _ = read(lines)
    assert (failure["level"], failure["error"], failure["request"]) == ("error", "KeyError", "mine")
    assert "toy.py" in failure["frames"][-1]
    assert "user_42" not in lines.getvalue()


def test_lines_as_text() -> None:
    stream = io.StringIO()
    record = logging.makeLogRecord({"msg": "request", "levelname": "INFO", "code": "OK"})
    stream.write(logs.TextLines().format(record))
    assert stream.getvalue().endswith("info    request code=OK")


# --- metrics --------------------------------------------------------------------------------------


async def metrics(client: httpx.AsyncClient) -> str:
    response = await client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    return response.text


async def test_requests_are_counted_by_kind_and_code() -> None:
    counters = {"adjacency": lambda: {"hits": 7, "entries": 3}, "relay": lambda: {"published": 2}}
    async with serving(services(schema=toy(Steps()), counters=counters)) as client:
        for query in ("{ hello }", "{ hello }", "mutation { change }", "{ broken }", "{"):
            await ask(client, query)
        text = await metrics(client)
    for line in (
        'amity_requests_total{code="OK",kind="query"} 2.0',
        'amity_requests_total{code="OK",kind="mutation"} 1.0',
        'amity_requests_total{code="INTERNAL",kind="query"} 1.0',
        'amity_requests_total{code="BAD_INPUT",kind="none"} 1.0',
        'amity_request_seconds_count{kind="query"} 3.0',
        "amity_documents_hits_total 1.0",
        "amity_documents_misses_total 4.0",
        "amity_store_trips_total 0.0",
        "amity_adjacency_hits_total 7.0",
        "amity_adjacency_entries 3.0",
        "amity_relay_published_total 2.0",
        "amity_requests_in_flight 0.0",
    ):
        assert line in text.splitlines(), line


async def test_no_label_is_a_clients_to_choose(memory: MemoryStore) -> None:
    metrics = Metrics({})
    for n in range(1_000):
        metrics.record(f"kind{n}", f"CODE_{n}", 0.001)
    assert metrics.render().decode().count("amity_requests_total{") == 1


# --- traces ---------------------------------------------------------------------------------------


def test_nothing_of_opentelemetry_is_imported_unless_it_is_configured() -> None:
    loaded = {name for name in sys.modules if name.startswith("opentelemetry")}
    assert isinstance(tracing_from({}), NoTracing)
    assert {name for name in sys.modules if name.startswith("opentelemetry")} == loaded


async def test_a_span_a_request_continues_the_callers_trace() -> None:
    pytest.importorskip("opentelemetry.sdk")
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    made = services(schema=toy(Steps()), tracing=OpenTelemetry(provider))
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    async with serving(made) as client:
        await ask(client, "{ forbidden }", {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    (span,) = kept.get_finished_spans()
    assert span.name == "graphql"
    assert f"{span.context.trace_id:032x}" == trace
    assert span.attributes == {
        "amity.kind": "query",
        "amity.code": "FORBIDDEN",
        "amity.status": 200,
    }


# --- health ---------------------------------------------------------------------------------------


class Server:
    def __init__(self) -> None:
        self.up = True
        self.asked = 0

    async def ping(self) -> None:
        self.asked += 1
        if not self.up:
            raise ConnectionError("gone")


async def test_ready_once_both_answer_and_it_says_which_does_not() -> None:
    store, cache, now = Server(), Server(), [0.0]
    checks = {"store": Check(store.ping), "cache": Check(cache.ping, vital=False)}
    health = Health(checks, lambda: now[0])

    async def missing(store_up: bool, cache_up: bool) -> tuple[bool, tuple[str, ...]]:
        store.up, cache.up = store_up, cache_up
        now[0] += KEPT_SECONDS
        found = await health.readiness()
        return found.ready, found.missing

    assert await missing(False, False) == (False, ("store", "cache"))
    assert await missing(True, False) == (False, ("cache",))
    assert await missing(True, True) == (True, ())
    # From here on the graph answers without the cache, only slower.
    assert await missing(True, False) == (True, ("cache",))
    assert await missing(False, True) == (False, ("store",))
    assert await missing(True, True) == (True, ())


async def test_servers_are_asked_at_most_twice_a_second() -> None:
    store, now = Server(), [0.0]
    health = Health({"store": Check(store.ping)}, lambda: now[0])
    for _ in range(10):
        await health.readiness()
    assert store.asked == 1
    now[0] += KEPT_SECONDS
    await health.readiness()
    assert store.asked == 2


async def test_readyz_and_healthz() -> None:
    store = Server()
    store.up = False
    made = services(schema=toy(Steps()), checks={"store": Check(store.ping)})
    async with serving(made) as client:
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()) == (503, {"ready": False, "missing": ["store"]})
        assert (await client.get("/healthz")).json() == {"alive": True}


async def test_hooks_run_in_order_and_stop_in_reverse() -> None:
    order: list[str] = []

    def hook(name: str) -> Any:
        async def run() -> None:
            order.append(name)

        return run

    made = services(
        schema=toy(Steps()),
        on_start=(hook("store"), hook("relay")),
        on_stop=(hook("close store"), hook("stop relay")),
    )
    async with serving(made) as client:
        assert code(await ask(client, "{")) == "BAD_INPUT"
    assert order == ["store", "relay", "stop relay", "close store"]
