"""Posts through the cache over real graphs: what is cached is what is so, whatever was done."""

from __future__ import annotations

import pytest

from graph.store import Store
from tests.adjacency.test_posts import agree
from tests.support.living import flush

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("store", ["embedded", "neo4j"], indirect=True)
async def test_two_processes_and_the_graph_agree(store: Store, cache_url: str) -> None:
    await flush(cache_url)
    await agree(store, cache_url, seed=7)
