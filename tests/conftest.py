"""What every test may lean on: servers, stores and the last lines of a run."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from graph.store import Store
from graph.stores.memory import MemoryStore
from tests.support.servers import Servers
from tests.support.stores import SHARD_FROM, STORES, Stores
from tests.support.tallies import (  # noqa: F401
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_runtest_setup,
)

if TYPE_CHECKING:
    from tests.servers.embedded import EmbeddedServers
    from tests.servers.neo4j import Neo4jServer
    from tests.support.asking import Client


if not os.environ.get("AMITY_TEST_SOAK"):
    # Servers live for minutes here: compiling their code a second time costs more than it saves.
    os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")

# How long an example takes says more about the machine than about us.
settings.register_profile("amity", deadline=None, print_blob=True)
settings.load_profile("amity")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with Servers() as servers:
        yield servers


@pytest.fixture(scope="session")
def embedded(servers: Servers) -> EmbeddedServers:
    """The embedded graph and cache, started once; where they are."""
    return servers.embedded()


@pytest.fixture(scope="session")
def cache_url(servers: Servers) -> str:
    return servers.embedded().cache_url


@pytest.fixture(scope="session")
def neo4j(servers: Servers) -> Neo4jServer:
    """A real Neo4j, started once; where it is."""
    return servers.neo4j()


@pytest.fixture(scope="session")
async def stores(anyio_backend: str, servers: Servers) -> AsyncIterator[Stores]:
    """Stores by name, opened once. It also keeps one event loop for the whole session."""
    async with Stores(servers) as stores:
        yield stores


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest, stores: Stores) -> Store:
    """Each store in turn: open, migrated and empty.

    Only some: `@pytest.mark.parametrize("store", ["embedded", "neo4j"], indirect=True)`.
    """
    return await stores.empty(request.param)


@pytest.fixture(params=STORES)
async def live_client(
    request: pytest.FixtureRequest, stores: Stores, cache_url: str
) -> AsyncIterator[Client]:
    """GraphQL the whole way, over each store in turn: everything empty, the cache too."""
    from tests.support.living import flush, living

    store = await stores.empty(request.param)
    await flush(cache_url)
    async with living(store, cache_url) as client:
        yield client


@pytest.fixture(scope="session")
def shard_from() -> int:
    """From how many on the stores of these tests spread a counter over shards."""
    return SHARD_FROM


@pytest.fixture
def memory() -> MemoryStore:
    """The model alone, for tests that need a store and no server."""
    return MemoryStore()
