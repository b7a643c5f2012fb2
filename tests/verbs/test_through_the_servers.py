"""The verbs of the person on call as they are typed, against real servers and what they cached."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time

import pytest

from graph.adjacency.kinds import list_name
from graph.changes import Count, Emit, Event
from tests.servers.embedded import EmbeddedServers
from tests.support.cast import T0, befriend, cast, follow
from tests.support.living import flush, hot
from tests.support.stores import Stores

pytestmark = [pytest.mark.anyio, pytest.mark.server("embedded", "cache")]

# Far beyond what anything here takes; only a hang reaches it.
PATIENCE = 120


def started(embedded: EmbeddedServers, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cli", *words],
        env={**os.environ, **embedded.settings.env()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def amity(embedded: EmbeddedServers, *words: str) -> tuple[int, list[str]]:
    """The exit code, and what was printed."""
    process = started(embedded, *words)
    printed, noted = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in noted, noted
    return process.returncode, printed.splitlines()


async def test_doctor_finds_and_repairs_what_was_planted(
    stores: Stores, embedded: EmbeddedServers
) -> None:
    store = await stores.empty("embedded")
    await flush(embedded.cache_url)
    alice, bob, carol, *_ = await cast(store)
    await befriend(store, alice, bob)
    await store.write((Count("User", bob, "friends", 2),))
    async with hot(store, embedded.cache_url) as reader:
        assert [ids.tolist() for ids in await reader.lists("following", [alice])] == [[bob]]
        assert reader.cache is not None
        while await reader.cache.read([list_name("following", alice)]) == [None]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # it is kept behind the answer, and nobody tells us when
    await follow(store, alice, carol, T0 + 1)  # of which nobody tells the cache
    wrong = [
        f"counters: user_{bob}: friends is 3 instead of 1",
        f"lists: user_{alice}: `following` differs from the graph",
    ]
    assert amity(embedded, "doctor") == (1, wrong)
    repaired = [f"repaired: {line}" for line in wrong]
    assert amity(embedded, "doctor", "--repair") == (0, repaired), "looks again, and finds nothing"
    async with hot(store, embedded.cache_url) as reader:
        assert [ids.tolist() for ids in await reader.lists("following", [alice])] == [[carol, bob]]
        assert dict((await reader.counts([bob]))[0])["friends"] == 1


async def test_a_profile_is_suspended_restored_and_bound(
    stores: Stores, embedded: EmbeddedServers
) -> None:
    store = await stores.empty("embedded")
    await flush(embedded.cache_url)
    people = await cast(store)
    name = f"user_{people.bob}"
    async with hot(store, embedded.cache_url) as reader:  # a running service
        for action, gone in (("suspend", True), ("restore", False)):
            assert amity(embedded, "user", action, "bob") == (0, [name])
            await reader.catch_up(f"-.0.{await store.generation()}")
            [bob] = await reader.people([people.bob])
            assert bob is not None
            assert bob.gone is gone
        assert await reader.person_of("amity\x1fbob") == people.bob
        bound = ("--issuer", "https://id.example", "--subject", "4711")
        assert amity(embedded, "user", "bind", "bob", *bound) == (0, [name])
        await reader.catch_up(f"-.0.{await store.generation()}")
        assert await reader.person_of("amity\x1fbob") is None
        assert await reader.person_of("https://id.example\x1f4711") == people.bob


async def test_a_worker_publishes_what_waits_and_what_is_replayed(
    stores: Stores, embedded: EmbeddedServers
) -> None:
    store = await stores.empty("embedded")
    await flush(embedded.cache_url)
    people = await cast(store)
    for id in (1, 2):
        data = {"actor": people.alice, "subject": people.bob, "touched": {}}
        await store.write((Emit(Event(id, "followed", T0 + id, data)),))
    await store.bury_event(2, 8, "ValueError: no")
    code, (line,) = amity(embedded, "events", "list")
    assert (code, line) == (0, "2 followed 2023-11-14T22:13:20.002Z after 8: ValueError: no")
    assert amity(embedded, "events", "replay") == (0, ["1"])

    worker = started(embedded, "worker")
    try:
        until = time.monotonic() + PATIENCE
        while await store.take_events(10):
            assert time.monotonic() < until
            assert worker.poll() is None, "it runs until it is asked to stop"
            await asyncio.sleep(0.1)
        worker.send_signal(signal.SIGTERM)
        _, noted = worker.communicate(timeout=PATIENCE)
    finally:
        worker.kill()
        worker.wait()
    assert (worker.returncode, "Traceback" in noted) == (0, False)
    assert await store.dead_events(10) == []
