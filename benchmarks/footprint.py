"""What the cache server spends on lists of more than 100 entries."""

from __future__ import annotations

from collections.abc import AsyncIterator

import redis.asyncio as redis

from benchmarks.reach import FOF
from benchmarks.service import Service
from benchmarks.table import Row


async def rows(service: Service, ids: list[int]) -> AsyncIterator[Row]:
    """After two people with 1,000 friends each were asked about, with all their friends' lists."""
    for viewer in ids[:2]:
        await service.ask(FOF, viewer=viewer)
    counts = await service.store.counts(ids)
    long_lists = {one: c["friends"] for one, c in zip(ids, counts, strict=True)}
    cache = redis.from_url(service.connection.cache_url)
    spent = edges = lists = 0
    try:
        async for key in cache.scan_iter(count=1000):
            owner = friends_of(key)
            if owner is not None and long_lists.get(owner, 0) > 100:
                spent += await cache.memory_usage(key, samples=0) or 0
                edges += long_lists[owner]
                lists += 1
    finally:
        await cache.aclose()
    if not lists:
        raise RuntimeError("no list of friends is in the cache")
    yield Row(
        "cache bytes an edge, lists over 100 entries",
        service.name,
        [spent / edges],
        f"{lists} lists of {edges:,} friends, keys and overhead included",
        unit="bytes",
        at_most=8,
    )


def friends_of(key: bytes) -> int | None:
    """Whose list of friends this key holds, if it holds one: …:friends:42."""
    *_, kind, owner = (b":" + key).rsplit(b":", 2)
    return int(owner) if kind == b"friends" else None
