"""The Bolt store on both servers, and a connection to it that breaks when told to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from graph.stores.bolt import BoltStore
from tests.stores.breaking import Breaking
from tests.support.servers import Servers
from tests.support.stores import SHARD_FROM, Stores

Make = Callable[[str | None], BoltStore]


@pytest.fixture(params=["embedded", "neo4j"])
async def bolt(request: pytest.FixtureRequest, stores: Stores) -> BoltStore:
    store = await stores.empty(request.param)
    assert isinstance(store, BoltStore)
    return store


@pytest.fixture
def make(bolt: BoltStore, servers: Servers) -> Make:
    """More stores on the same server; through another address where one is given."""

    def store(url: str | None = None) -> BoltStore:
        if bolt.name == "neo4j":
            there = servers.neo4j()
            return BoltStore(
                url or there.url,
                there.user,
                there.password,
                there.database,
                dialect="neo4j",
                shard_from=SHARD_FROM,
            )
        at = servers.embedded()
        return BoltStore(
            url or at.bolt_url,
            at.user,
            at.password,
            at.database,
            dialect="embedded",
            http_url=at.http_url,
            shard_from=SHARD_FROM,
        )

    return store


@pytest.fixture
async def breaking(bolt: BoltStore, servers: Servers) -> AsyncIterator[Breaking]:
    at = servers.neo4j().url if bolt.name == "neo4j" else servers.embedded().bolt_url
    async with Breaking(at) as proxy:
        yield proxy


@pytest.fixture
async def broken(make: Make, breaking: Breaking) -> AsyncIterator[BoltStore]:
    """A store whose connections go through `breaking`."""
    store = make(breaking.url)
    await store.open()
    yield store
    await store.close()
