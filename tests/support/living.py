"""The whole way, as in a running service: hot lists over a store, with the real cache between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from graph.adjacency.hot import Hot
from graph.adjacency.tether import PATIENCE, Patience
from graph.store import Store
from resolvers.snapshots import Snapshots
from tests.support.asking import Client


async def flush(cache_url: str) -> None:
    async with Redis.from_url(cache_url) as redis:
        await redis.flushall()


# For tests that count: on a busy machine a cache may be silent for longer than a process trusts
# its copy, and what is then asked for again says nothing of how often a question asks.
UNHURRIED = Patience(60.0, 60.0, 60.0)


@asynccontextmanager
async def hot(store: Store, cache_url: str, patience: Patience = PATIENCE) -> AsyncIterator[Hot]:
    """One process's reader; whatever is in the cache stays there."""
    reader = Hot(store, cache_url=cache_url, patience=patience)
    await reader.start()
    try:
        yield reader
    finally:
        await reader.stop()


async def kept(reader: Hot) -> None:
    """What is kept for the next one to ask is kept behind the answer."""
    while reader._fetcher._tasks:  # noqa: ASYNC110 - nobody could tell us
        await asyncio.sleep(0.002)


@asynccontextmanager
async def living(
    store: Store, cache_url: str, patience: Patience = PATIENCE
) -> AsyncIterator[Client]:
    """A client with a reader and frozen pages as a process of its own would have them."""
    async with hot(store, cache_url, patience) as reader:
        client = Client(store, reader=reader)
        client.snapshots = Snapshots(reader.cache)
        yield client
