"""Fifty analysts at once beside a frontend, and how soon an endless question is gone."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx

from benchmarks.rounds import alternate
from benchmarks.service import Service
from benchmarks.table import Row, short
from verbs.token import token_for

ANALYSTS = 50
DOCUMENT = "query F($id: ID!) { user(id: $id) { username friends(first: 20) { nodes { id } } } }"
ENDLESS = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN sum(a * b) AS amity"
QUESTIONS = (
    "MATCH (u:User)-[:FOLLOWS]->(v) RETURN v.country AS c, count(u) AS n ORDER BY n DESC",
    "MATCH (u:User) WHERE u.verified RETURN count(u) AS n",
    "MATCH (u:User)-[:FOLLOWS]->(v)-[:FOLLOWS]->(w) RETURN w.country AS c, count(*) AS n LIMIT 5",
)
LIMIT_SECONDS = 2.0


async def rows(service: Service, ids: Sequence[int], quick: bool) -> AsyncIterator[Row]:
    seconds = 2.0 if quick else 5.0
    requests = [service.request(DOCUMENT, {"id": f"user_{one}"}, ids[0]) for one in ids[:200]]

    answered: list[int] = []

    async def idle() -> float:
        return (await service.load(requests, seconds=seconds, connections=1)).p95_ms

    async def beside() -> float:
        async with asking(service) as told:
            before = len(told)
            found = await idle()
            answered.append(len(told) - before)
        if set(told) != {httpx.codes.OK}:
            raise RuntimeError(f"analysts were answered {Counter(told)}")
        return found

    await idle()
    seen = await alternate(beside, idle, rounds=2 if quick else 5)
    a, b = seen.medians
    detail = f"{short(a)} ms with {ANALYSTS} analysts, {short(b)} ms without"
    detail += f"; {short(statistics.median(answered) / seconds)} of their questions a second"
    yield Row("p95 of a frontend's question", service.name, seen.ratios, detail, at_most=2)
    late = [await after_its_limit(service) for _ in range(3)]
    yield Row("endless question: gone after its limit", service.name, late, "", "s", at_most=1)
    gone = [await after_its_client(service) for _ in range(3)]
    yield Row("endless question: gone after its client", service.name, gone, "", "s", at_most=1)


@asynccontextmanager
async def asking(service: Service) -> AsyncIterator[list[int]]:
    """Fifty analysts that ask one question after another; few run, the others wait.

    The list grows by the status of each answer.
    """
    told: list[int] = []
    tasks = [asyncio.create_task(_analyst(service, number, told)) for number in range(ANALYSTS)]
    await asyncio.sleep(1.0)
    try:
        yield told
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _analyst(service: Service, number: int, told: list[int]) -> None:
    async with _client(service, f"analyst{number}") as http:
        while True:
            body = {"query": QUESTIONS[number % len(QUESTIONS)], "timeout": 20}
            answer = await http.post("/cypher", json=body)
            told.append(answer.status_code)


@asynccontextmanager
async def _client(service: Service, name: str) -> AsyncIterator[httpx.AsyncClient]:
    token = token_for(service.settings, name, ["analyst"], 86_400)
    async with httpx.AsyncClient(
        base_url=service.running.url,
        headers={"Authorization": f"Bearer {token}"},
        timeout=120,
        trust_env=False,
    ) as http:
        yield http


async def after_its_limit(service: Service) -> float:
    """Seconds from its limit until the store shows it no more."""
    async with _client(service, "late") as http:
        began = time.perf_counter()
        body = {"query": ENDLESS, "timeout": LIMIT_SECONDS}
        asked = asyncio.create_task(http.post("/cypher", json=body))
        await _until(service, runs=True)
        await _until(service, runs=False)
        gone = time.perf_counter() - began - LIMIT_SECONDS
        await asked
        return max(0.0, gone)


async def after_its_client(service: Service) -> float:
    """Seconds from hanging up until the store shows it no more."""
    async with _client(service, "gone") as http:
        asked = asyncio.create_task(http.post("/cypher", json={"query": ENDLESS}))
        await _until(service, runs=True)
        asked.cancel()
    began = time.perf_counter()
    await _until(service, runs=False)
    return time.perf_counter() - began


async def _until(service: Service, *, runs: bool) -> None:
    while bool(await _running(service)) != runs:  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def _running(service: Service) -> list[Any]:
    shown = await service.store.cypher("SHOW TRANSACTIONS", {})
    return [row for row in shown if "AS amity" in row["currentQuery"]]
