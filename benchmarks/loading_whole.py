"""Into an embedded graph that was just made: `amity load --bulk`, and its server's endpoint alone.

Each run has a server of its own. One that has deleted what the run before loaded would sooner or
later put its indexes in order, which both ways wait for, for most of a minute.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks.loading_ways import (
    bulk_endpoint,
    driver_of,
    load_command,
    make,
    what_is_there,
    write_csv,
)
from benchmarks.service import Service, service
from benchmarks.table import Row, short


async def rows(quick: bool) -> AsyncIterator[Row]:
    count, rounds = (100_000, 1) if quick else (1_000_000, 3)
    pairs = make(count)
    with tempfile.TemporaryDirectory(prefix="amity-load-") as folder:
        path = Path(folder) / "follows.csv"
        write_csv(path, pairs)

        async def ours(running: Service) -> float:
            words = ("--bulk", "--batch", f"bench-{time.time_ns()}")
            seconds, _ = await asyncio.to_thread(load_command, running.settings.env(), path, *words)
            return seconds

        async def endpoint(running: Service) -> float:
            return await bulk_endpoint(running, pairs)

        seen: dict[str, list[float]] = {"ours": [], "endpoint": []}
        ways = {"ours": ours, "endpoint": endpoint}
        found = set()
        for number in range(rounds):
            for name in list(ways)[:: 1 if number % 2 == 0 else -1]:
                async with service("embedded", {}) as running:
                    seen[name].append(await ways[name](running))
                    async with driver_of(running) as driver:
                        found.add(await what_is_there(driver, running.connection.graph_database))
    if len(found) != 1:
        raise RuntimeError(f"not the same graph: {found}")
    middle = {name: sorted(seconds)[rounds // 2] for name, seconds in seen.items()}
    yield Row(
        f"`amity load --bulk` / bulk endpoint, time, {short(count)} edges and their people",
        "embedded",
        [a / b for a, b in zip(seen["ours"], seen["endpoint"], strict=True)],
        f"{short(count / middle['ours'])} edges/s; the endpoint by itself: "
        f"{short(count / middle['endpoint'])} edges/s",
        at_most=1.5,
    )
