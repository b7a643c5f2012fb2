"""Whatever is sent: never a 500, never INTERNAL, and the memory stays flat.

A few hundred requests in a usual run; ten thousand with AMITY_TEST_SOAK=1.
"""

from __future__ import annotations

import asyncio
import gc
import os
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from graph.errors import AmityError
from graph.stores.memory import MemoryStore
from schema.execute import schema as served
from tests.support.asking import DictSnapshots
from tests.support.cast import NAMES, befriend, follow, link, person
from tests.support.posting import like, post
from tests.web.hostile import Asked, asked
from tests.web.serving import bearer, services, serving, token
from web.execution import graphql_schema

SOAK = os.environ.get("AMITY_TEST_SOAK") == "1"
REQUESTS = 10_000 if SOAK else 400
# Hypothesis remembers each example of a run: several runs let it forget.
CHUNK = 500
WARM = REQUESTS // 4
MAX_GROWTH = 24 << 20
CODES = {kind.code for kind in AmityError.__subclasses__()} - {"INTERNAL"}
SCHEMA = graphql_schema(served)
KEPT_CURSORS = 50


class Fuzzed:
    """The service, what it was asked, and how it bore it."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.snapshots = DictSnapshots()
        self.cursors: list[str] = []
        self.requests = 0
        self.codes: dict[str, int] = {}
        self.warm_bytes = 0

    async def open(self, stack: AsyncExitStack) -> None:
        await self._begin_anew()
        made = services(self.store, snapshots=self.snapshots)
        self.client = await stack.enter_async_context(
            serving(made, max_cost=20_000, document_cache_bytes=1 << 20)
        )

    async def _begin_anew(self) -> None:
        """The same few people, whatever was done to them: most may delete themselves."""
        await self.store.wipe()
        special: dict[str, dict[str, Any]] = {
            "carol": {"privacy": "PRIVATE"},
            "dan": {"hideNetwork": True},
        }
        rows = [person(id, name, **special.get(name, {})) for id, name in enumerate(NAMES, 1)]
        await self.store.load_people(rows)
        alice, bob, _, dan, eve = range(1, 6)
        await befriend(self.store, alice, bob)
        await befriend(self.store, bob, dan)
        await follow(self.store, eve, alice)
        await link(self.store, "BLOCKS", eve, bob, since=1)
        first = await post(self.store, alice, tags=("a",), mentions=(bob,))
        await post(self.store, bob, number=1, reply_to=first)
        await post(self.store, bob, number=2, shares=first)
        await post(self.store, dan, number=3, shares=first, text="so", visibility="FRIENDS")
        await like(self.store, eve, first)
        self.snapshots.forget()

    async def check(self, example: int) -> None:
        random = Random(example)
        request = asked(SCHEMA, random, self.cursors)
        response = await self._send(request, random)
        assert response.status_code != 500, request
        self._check(response, request)
        await self._forget()

    async def _send(self, request: Asked, random: Random) -> httpx.Response:
        headers = {"Content-Type": "application/json", **_headers(random)}
        return await self.client.request(
            request.method,
            "/graphql",
            content=request.body or None,
            params=request.params or None,
            headers=headers,
        )

    def _check(self, response: httpx.Response, request: Asked) -> None:
        answer = response.json()
        errors = answer.get("errors", [])
        assert errors or answer["data"] is not None
        for error in errors:
            code = error["extensions"]["code"]
            assert code in CODES, (code, request)
            assert len(error["message"]) <= 500
        code = errors[0]["extensions"]["code"] if errors else "OK"
        self.codes[code] = self.codes.get(code, 0) + 1
        self._keep_cursors(answer.get("data"))

    def _keep_cursors(self, value: Any) -> None:
        if isinstance(value, dict):
            for name, one in value.items():
                if name in ("cursor", "endCursor", "startCursor") and isinstance(one, str):
                    self.cursors.append(one)
                self._keep_cursors(one)
            del self.cursors[:-KEPT_CURSORS]
        elif isinstance(value, list):
            for one in value:
                self._keep_cursors(one)

    async def _forget(self) -> None:
        self.requests += 1
        if self.requests % 50 == 0:
            await self._begin_anew()
        if self.requests == WARM:
            self.warm_bytes = resident_bytes()


def _headers(random: Random) -> dict[str, str]:
    who = random.choice((*NAMES, *NAMES, "new", "nobody", "bad"))
    if who == "nobody":
        return {}
    if who == "bad":
        said = token("alice")
        return {"Authorization": f"Bearer {said[: random.randrange(len(said))]}"}
    headers = bearer(who)
    if random.random() < 0.1:
        headers["Accept"] = "application/graphql-response+json"
    if random.random() < 0.05:
        headers["Amity-Epoch"] = random.choice(("0", "-1", "9" * 100, "x", "9" * 200))
    return headers


def resident_bytes() -> int:
    gc.collect()
    pages = Path("/proc/self/statm")
    return int(pages.read_text().split()[1]) * os.sysconf("SC_PAGESIZE") if pages.exists() else 0


async def _opened(fuzzed: Fuzzed) -> AsyncExitStack:
    stack = AsyncExitStack()
    await fuzzed.open(stack)
    return stack


# The library cancels what it has not begun when a sibling fails.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_nothing_that_is_sent_is_our_fault() -> None:
    fuzzed = Fuzzed()
    with asyncio.Runner() as runner:
        stack = runner.run(_opened(fuzzed))

        for chunk in range(max(1, REQUESTS // CHUNK)):

            @seed(chunk)
            @settings(
                max_examples=min(REQUESTS, CHUNK),
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            @given(st.integers(0, 2**63))
            def check(example: int) -> None:
                runner.run(fuzzed.check(example))

            check()
        grown = resident_bytes() - fuzzed.warm_bytes
        runner.run(stack.aclose())
    assert fuzzed.codes["OK"] > REQUESTS // 10
    assert fuzzed.codes["BAD_INPUT"] > REQUESTS // 20
    assert fuzzed.codes["UNAUTHENTICATED"] > 0
    if SOAK:
        assert grown < MAX_GROWTH, f"{grown >> 20} MiB more after {fuzzed.requests} requests"
