"""A service in one process, over each store in turn, with a real cache server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from graph.stores.memory import MemoryStore
from tests.feed.running import Running, running
from tests.support.living import flush
from tests.support.stores import STORES, Stores


@pytest.fixture(params=STORES)
async def it(
    request: pytest.FixtureRequest, stores: Stores, cache_url: str
) -> AsyncIterator[Running]:
    store = await stores.empty(request.param)
    await flush(cache_url)
    async with running(store, cache_url) as it:
        yield it


@pytest.fixture
async def quick(cache_url: str) -> AsyncIterator[Running]:
    """Over the model alone."""
    await flush(cache_url)
    async with running(MemoryStore(), cache_url) as it:
        yield it
