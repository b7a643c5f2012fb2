"""Every process is killed under write load; what was acknowledged is there, and nothing by halves.

Short here; whole (ten kills of each) with AMITY_TEST_SOAK=1.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import httpx
import pytest

from settings import Settings
from tests.faults.service import Service
from tests.faults.writers import Writers

pytestmark = pytest.mark.anyio

KILLS = 10 if os.environ.get("AMITY_TEST_SOAK") else 1
WRITERS = 6
PEOPLE = 24


@pytest.mark.server("embedded", "cache")
async def test_every_acknowledged_write_survives_the_kill_of_any_process(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, graph_heap_mb=512, cache_mb=64)
    limits = httpx.Limits(max_connections=WRITERS + 2)
    with Service(settings) as service:
        async with httpx.AsyncClient(timeout=30, limits=limits, trust_env=False) as client:
            writers = Writers(service, PEOPLE, seed=7)
            await writers.create_people(client)
            back = await _campaign(service, writers, client)
            assert await writers.wrong(client) == []
            assert await writers.contradictions(client) == []
        assert writers.acknowledged > 0
        seen = service.doctor()
        assert seen.returncode == 0, seen.stdout + seen.stderr
        print(
            f"acknowledged {writers.acknowledged}, in doubt {writers.doubtful}; back after {back}"
        )


async def _campaign(
    service: Service, writers: Writers, client: httpx.AsyncClient
) -> dict[str, list[float]]:
    """Kills each process in turn while writers write; how long the service was away, by name."""
    stop = asyncio.Event()
    back: dict[str, list[float]] = {}
    async with asyncio.TaskGroup() as group:
        for part in range(WRITERS):
            group.create_task(writers.write(client, part, WRITERS, stop))
        for _ in range(KILLS):
            for name in service.names():
                await asyncio.sleep(1.0)
                away = await asyncio.to_thread(service.kill, name)
                back.setdefault(name, []).append(round(away, 1))
        await asyncio.sleep(1.0)
        stop.set()
    return back
