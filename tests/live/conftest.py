"""People on the embedded store, and the whole service in front of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.live.serving import Served, served
from tests.servers.embedded import EmbeddedServers
from tests.support.cast import Cast, cast
from tests.support.living import flush
from tests.support.stores import Stores


@pytest.fixture
async def people(stores: Stores, embedded: EmbeddedServers) -> Cast:
    """The cast, alone in an empty store; the cache is empty too."""
    store = await stores.empty("embedded")
    await flush(embedded.cache_url)
    return await cast(store)


@pytest.fixture
async def service(people: Cast, embedded: EmbeddedServers) -> AsyncIterator[Served]:
    async with served(embedded, inbox_entries=5, heartbeat_seconds=0.2) as running:
        yield running
