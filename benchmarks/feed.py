"""A page of a feed over HTTP: warm, cold, with celebrities, and beside a bare answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import redis.asyncio as redis

from benchmarks.graph import load_edges, person
from benchmarks.lifecycle import beside_bare
from benchmarks.rounds import alternate
from benchmarks.service import Service
from benchmarks.table import Row, short
from graph.changes import Put

FOLLOWEES = 500
POSTS_EACH = 4
STARS, POSTS_OF_A_STAR = 5, 40
CREATE = "mutation($t: String!) { createPost(input: {text: $t}) { id } }"
PAGE = """query($r: Ranker) { feed(ranker: $r, first: 20) {
  edges { cursor score node { id text createdAt likeCount replyCount author { id username } } }
  pageInfo { endCursor hasNextPage } newer complete } }"""


async def rows(service: Service, ids: list[int], now: int, quick: bool) -> AsyncIterator[Row]:
    authors, stars = ids[5_000 : 5_000 + FOLLOWEES], ids[6_000 : 6_000 + STARS]
    plain, fan = await readers(service, authors, stars, now)
    await write_posts(service, authors, stars)
    seconds = 1.0 if quick else 4.0
    for ranker in ("RELEVANCE", "CHRONOLOGICAL"):
        async for row in warm(service, plain, ranker, seconds):
            yield row
    yield await with_stars(service, plain, fan, seconds)
    yield await cold(service, plain, 10 if quick else 40)


async def readers(
    service: Service, authors: Sequence[int], stars: Sequence[int], now: int
) -> tuple[int, int]:
    """One follows the authors, the other five of those whom everybody follows besides."""
    store, issuer = service.store, service.settings.jwt_issuer
    plain = await store.take_ids(2)
    fan = plain + 1
    await store.load_people([person(one, now, issuer) for one in (plain, fan)])
    follows = [(one, author, {"since": now - 10**9}) for one in (plain, fan) for author in authors]
    follows += [(fan, star, {"since": now - 10**9}) for star in stars]
    await load_edges(store, "FOLLOWS", follows)
    await store.write(tuple(Put("User", star, {"celebrity": True}) for star in stars))
    await store.raise_generation()
    await asyncio.sleep(2)
    return plain, fan


async def write_posts(service: Service, authors: Sequence[int], stars: Sequence[int]) -> None:
    made = [
        service.request(CREATE, {"t": f"number {n} of {author}"}, author)
        for count, some in ((POSTS_EACH, authors), (POSTS_OF_A_STAR, stars))
        for n in range(count)
        for author in some
    ]
    await service.load(made, seconds=None)


def page(service: Service, viewer: int, ranker: str) -> bytes:
    return service.request(PAGE, {"r": ranker}, viewer)


async def warm(service: Service, viewer: int, ranker: str, seconds: float) -> AsyncIterator[Row]:
    request = page(service, viewer, ranker)
    shown = await service.ask(PAGE, {"r": ranker}, viewer)
    if len(shown["feed"]["edges"]) != 20 or not shown["feed"]["complete"]:
        raise RuntimeError(f"this is no whole page: {shown}")
    await service.load([request], seconds=1.0)
    seen = [await service.load([request], seconds=seconds) for _ in range(3)]
    rate = sorted(one.rate for one in seen)[1]
    yield Row(
        f"feed page of 20, {ranker}, warm, 16 clients: p95",
        service.name,
        [one.p95_ms for one in seen],
        f"{short(rate)} requests/s",
        "ms",
        at_most=100,
    )
    beside = await beside_bare(service, request, seconds)
    a, b = beside.medians
    yield Row(
        f"a bare answer of the same bytes / feed page, {ranker}",
        service.name,
        beside.ratios,
        f"{short(a)} requests/s against {short(b)} requests/s",
    )


async def with_stars(service: Service, plain: int, fan: int, seconds: float) -> Row:
    async def each(viewer: int) -> float:
        request = page(service, viewer, "CHRONOLOGICAL")
        return 1 / (await service.load([request], seconds=seconds / 2)).rate

    for viewer in (plain, fan):
        await each(viewer)
    seen = await alternate(lambda: each(fan), lambda: each(plain), rounds=5)
    a, b = seen.medians
    return Row(
        f"feed page, following {STARS} celebrities / none",
        service.name,
        seen.ratios,
        f"{short(a * 1000)} ms against {short(b * 1000)} ms a request, 16 clients",
        at_most=1.5,
    )


async def cold(service: Service, viewer: int, rounds: int) -> Row:
    """Before each request the cache loses everything, and with it every process's own copy."""
    cache = redis.from_url(service.connection.cache_url)
    request = page(service, viewer, "CHRONOLOGICAL")
    seen: list[float] = []
    try:
        for _ in range(rounds):
            await cache.flushall()
            await asyncio.sleep(1.5)
            seen.append((await service.load([request], seconds=None, connections=1)).p50_ms)
    finally:
        await cache.aclose()
    seen.sort()
    return Row(
        f"feed page of 20, {FOLLOWEES} followees, everything cold: p95",
        service.name,
        [seen[min(len(seen) - 1, len(seen) * 95 // 100)]],
        f"p50 {short(seen[len(seen) // 2])} ms, {rounds} requests",
        "ms",
        at_most=200,
    )
