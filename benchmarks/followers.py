"""A user with a million followers against one with a hundred."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import redis.asyncio as redis

from benchmarks.graph import DAY, load_edges, person
from benchmarks.rounds import Rounds, alternate
from benchmarks.service import Service
from benchmarks.table import Row, short
from graph.records import Props

PAGE = (
    "query($u: ID!) { user(id: $u) "
    "{ followers(first: 20) { edges { since node { id username } } } } }"
)
COUNT = "query($u: ID!) { user(id: $u) { followerCount } }"
CHUNK = 50_000


async def load(service: Service, size: int, now: int) -> tuple[int, int]:
    """Two more people: one with `size` followers, one with a hundred."""
    store, issuer = service.store, service.settings.jwt_issuer
    first = await store.take_ids(size + 2)
    star, other = first, first + 1
    await store.load_people([person(one, now, issuer) for one in (star, other)])
    for start in range(first + 2, first + 2 + size, CHUNK):
        fans = range(start, min(start + CHUNK, first + 2 + size))
        for at in range(fans.start, fans.stop, 10_000):
            some = range(at, min(at + 10_000, fans.stop))
            await store.load_people([fan_row(fan, now) for fan in some])
        edges: list[tuple[int, int, Props]] = [
            (fan, star, {"since": now - 100 * DAY + (fan - first) * 60}) for fan in fans
        ]
        await load_edges(store, "FOLLOWS", edges)
    few = range(first + 2, first + 102)
    await load_edges(store, "FOLLOWS", [(fan, other, {"since": now - fan + first}) for fan in few])
    return star, other


def fan_row(fan: int, now: int) -> Mapping[str, Any]:
    """No more than a page shows: a million of them have to be loaded."""
    return {"id": fan, "username": f"fan{fan}", "privacy": "PUBLIC", "createdAt": now - 400 * DAY}


async def rows(service: Service, quick: bool, now: int) -> AsyncIterator[Row]:
    size = 100_000 if quick else 1_000_000
    began = time.perf_counter()
    star, other = await load(service, size, now)
    seconds = time.perf_counter() - began
    loaded = f"{size:,} people and follows loaded in {seconds:.0f} s"
    counts = [await service.ask(COUNT, {"u": f"user_{one}"}) for one in (star, other)]
    if [one["user"]["followerCount"] for one in counts] != [size, 100]:
        raise RuntimeError(f"the counts are wrong: {counts}")
    for name, document in (("first page of followers", PAGE), ("followerCount", COUNT)):
        warm = await compare_warm(service, document, star, other, quick)
        yield row(f"{name}, {size:,} followers / 100, warm", service, warm, loaded)
        cold = await compare_cold(service, document, star, other, 5 if quick else 15)
        yield row(f"{name}, {size:,} followers / 100, cold", service, cold, "")


def row(name: str, service: Service, seen: Rounds, more: str) -> Row:
    many, few = seen.medians
    detail = f"{short(many * 1000)} ms against {short(few * 1000)} ms"
    return Row(name, service.name, seen.ratios, "; ".join(filter(None, (detail, more))), at_most=2)


async def compare_warm(
    service: Service, document: str, star: int, other: int, quick: bool
) -> Rounds:
    async def seconds_each(whom: int) -> float:
        request = service.request(document, {"u": f"user_{whom}"})
        window = 0.5 if quick else 1.0
        return 1 / (await service.load([request], seconds=window, connections=1)).rate

    for whom in (star, other):
        await seconds_each(whom)
    return await alternate(lambda: seconds_each(star), lambda: seconds_each(other), rounds=3)


async def compare_cold(
    service: Service, document: str, star: int, other: int, rounds: int
) -> Rounds:
    """Before each request the cache loses everything, and with it every process's own copy."""
    cache = redis.from_url(service.connection.cache_url)

    async def seconds(whom: int) -> float:
        await cache.flushall()
        await asyncio.sleep(0.1)
        request = service.request(document, {"u": f"user_{whom}"})
        return (await service.load([request], seconds=None, connections=1)).p50_ms / 1000

    try:
        return await alternate(lambda: seconds(star), lambda: seconds(other), rounds)
    finally:
        await cache.aclose()
