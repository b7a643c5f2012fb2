"""A load in one piece is killed, itself or with its server; the same command makes it whole.

Short here; twelve kills with AMITY_TEST_SOAK=1.
"""

from __future__ import annotations

import asyncio
import os
import random
from functools import partial
from pathlib import Path

import pytest

from graph.errors import AmityError
from graph.store import Store
from graph.stores.embedded import connection
from graph.stores.memory import MemoryStore
from rooms import make_store
from settings import Settings
from tests.faults.service import Service
from tests.faults.test_imports import Kill, Load, write_follows
from tests.loaders.loading import assert_sound, graph_of, load, mapping_of, order

pytestmark = pytest.mark.anyio

SOAK = bool(os.environ.get("AMITY_TEST_SOAK"))
KILLS = 12 if SOAK else 3
PEOPLE, EDGES = (20_000, 120_000) if SOAK else (9_000, 30_000)
PATIENCE = 180.0
CAMPAIGN_SECONDS = 1_500.0
# Rows that say the same edge twice say no more of it.
MAPPING = """
source: kills
files:
  - {edge: FOLLOWS, from: who, to: whom, unknown: create}
"""


@pytest.mark.server("embedded", "cache")
async def test_what_is_cut_short_is_made_whole(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", graph_heap_mb=512, cache_mb=64)
    write_follows(tmp_path / "follows.csv", PEOPLE, EDGES)
    (tmp_path / "kills.yaml").write_text(MAPPING)
    with Service(settings, campaign_seconds=CAMPAIGN_SECONDS) as service:
        store = make_store(settings, connection(settings))
        await store.open()
        try:
            with Load(settings, tmp_path, "--bulk") as loader:
                await campaign(partial(service.kill, "graph"), loader, store)
            wanted = MemoryStore()
            whole = order([tmp_path / "follows.csv"], mapping_of(MAPPING), tmp_path)
            await load(wanted, whole)
            assert await graph_of(store) == await graph_of(wanted)
            await assert_sound(store)
            [batch] = await store.imports()
            assert not batch.whole
        finally:
            await store.close()


async def campaign(kill: Kill, loader: Load, store: Store) -> None:
    dice = random.Random(KILLS)
    loader.start()
    killed = 0
    async with asyncio.timeout(CAMPAIGN_SECONDS):
        while killed < KILLS:
            await written(store, loader)
            await asyncio.sleep(dice.random() * 0.3)
            if killed % 2:
                await asyncio.to_thread(kill)
                await loader.ended()
            else:
                loader.kill()
            killed += 1
            loader.start()
        while await loader.ended() not in (0, 1) or await unfinished(store):
            loader.start()


async def written(store: Store, loader: Load) -> None:
    """Until nodes are there: it is writing."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                if await unfinished(store) and (await store.totals("FOLLOWS")).edges:
                    return
            except AmityError:
                pass
            if loader.code is not None:  # the server was away when it began
                assert await unfinished(store), "it ended before it was killed"
                loader.start()
            await asyncio.sleep(0.02)


async def unfinished(store: Store) -> bool:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                found = await store.imports()
                return not found or found[0].whole
            except AmityError:
                await asyncio.sleep(0.1)
