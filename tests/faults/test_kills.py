"""Every process is killed under write load; what was acknowledged is there, and nothing by halves.

Short here; whole (ten kills of each) with AMITY_TEST_SOAK=1.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import httpx
import pytest

from settings import Settings
from tests.faults.service import Service
from tests.faults.writers import Writers

pytestmark = pytest.mark.anyio

SOAK = bool(os.environ.get("AMITY_TEST_SOAK"))
KILLS = 10 if SOAK else 1
WRITERS = 6
BETWEEN_KILLS = 20  # acknowledged writes
PEOPLE = 24


@pytest.mark.server("embedded", "cache")
async def test_every_acknowledged_write_survives_the_kill_of_any_process(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, graph_heap_mb=512, cache_mb=64)
    with Service(settings) as service:
        await campaign(service, {name: partial(service.kill, name) for name in service.names()})


async def campaign(service: Service, kills: Mapping[str, Callable[[], float]]) -> None:
    limits = httpx.Limits(max_connections=WRITERS + 2)
    async with httpx.AsyncClient(timeout=30, limits=limits, trust_env=False) as client:
        writers = Writers(service, PEOPLE, seed=7)
        await writers.create_people(client)
        back = await _under_load(kills, writers, client)
        assert await writers.wrong(client) == []
        assert await writers.contradictions(client) == []
    seen = service.doctor()
    assert seen.returncode == 0, seen.stdout + seen.stderr
    print(f"acknowledged {writers.acknowledged}, in doubt {writers.doubtful}; back after {back}")


async def _under_load(
    kills: Mapping[str, Callable[[], float]], writers: Writers, client: httpx.AsyncClient
) -> dict[str, list[float]]:
    """Kills each process in turn while writers write; how long the service was away, by name."""
    stop = asyncio.Event()
    back: dict[str, list[float]] = {}
    async with asyncio.TaskGroup() as group:
        for part in range(WRITERS):
            group.create_task(writers.write(client, part, WRITERS, stop))
        for _ in range(KILLS):
            for name, kill in kills.items():
                await writers.busy(BETWEEN_KILLS)
                away = await asyncio.to_thread(kill)
                back.setdefault(name, []).append(round(away, 1))
        await writers.busy(BETWEEN_KILLS)
        stop.set()
    return back
