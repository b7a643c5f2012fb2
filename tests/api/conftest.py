"""The client of the tests: GraphQL against the memory store, read directly."""

from __future__ import annotations

import pytest

from graph.stores.memory import MemoryStore
from tests.support.asking import Client


@pytest.fixture
def client(memory: MemoryStore) -> Client:
    return Client(memory)
