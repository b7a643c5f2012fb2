"""The whole way, as in a running service: hot lists over a store, with the real cache between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from graph.adjacency.hot import Hot
from graph.store import Store
from resolvers.snapshots import Snapshots
from tests.support.asking import Client


async def flush(cache_url: str) -> None:
    async with Redis.from_url(cache_url) as redis:
        await redis.flushall()


@asynccontextmanager
async def hot(store: Store, cache_url: str) -> AsyncIterator[Hot]:
    """One process's reader; whatever is in the cache stays there."""
    reader = Hot(store, cache_url=cache_url)
    await reader.start()
    try:
        yield reader
    finally:
        await reader.stop()


@asynccontextmanager
async def living(store: Store, cache_url: str) -> AsyncIterator[Client]:
    """A client with a reader and frozen pages as a process of its own would have them."""
    async with hot(store, cache_url) as reader:
        client = Client(store, reader=reader)
        client.snapshots = Snapshots(reader.cache)
        yield client
