from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from graph.stores.memory import MemoryStore
from tests.adjacency.gate import Gate
from tests.adjacency.valkeys import Valkey, a_valkey
from tests.adjacency.village import Village


@pytest.fixture(scope="session")
def server() -> Iterator[Valkey]:
    with a_valkey() as server:
        yield server


@pytest.fixture
def valkey(server: Valkey) -> Valkey:
    """A real cache server, empty."""
    server.revive()
    server.client.flushall()
    return server


@pytest.fixture
def store() -> Gate:
    return Gate(MemoryStore())


@pytest.fixture
async def village(anyio_backend: str, valkey: Valkey, store: Gate) -> AsyncIterator[Village]:
    """Two processes' readers over one store and one cache."""
    async with Village(store, valkey) as village:
        yield village
