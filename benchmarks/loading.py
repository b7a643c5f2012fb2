"""Edges a second through `amity load`, beside what else there is: by hand, and by LOAD CSV.

Each way runs in turn, in one run, into an empty graph; that all made the same one is looked at.
The first round is not counted: a server that has just been started compiles most of that time.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks import loading_offline, loading_whole
from benchmarks.loading_ways import (
    driver_of,
    load_command,
    load_csv,
    make,
    unwind,
    what_is_there,
    write_csv,
)
from benchmarks.service import Service, service
from benchmarks.table import Row, short
from tests.servers.neo4j import fresh_neo4j

Way = Callable[[], Awaitable[float]]


async def of_stores(chosen: set[str], stores: Sequence[str], quick: bool) -> AsyncIterator[Row]:
    if "embedded" in stores:
        if "load" in chosen:
            async for row in loading_whole.rows(quick):
                yield row
        async with service("embedded", {}) as running:
            if "load" in chosen:
                async for row in rows(running, {}, None, quick):
                    yield row
            if "load-memory" in chosen:
                async for row in memory(running, {}, quick):
                    yield row
    if "neo4j" in stores:
        # One of our own: LOAD CSV reads from its folder.
        with fresh_neo4j(bounded=False) as own:
            own.start()
            own.wait_ready()
            external = {
                "AMITY_GRAPH_URL": own.server.url,
                "AMITY_GRAPH_USER": own.server.user,
                "AMITY_GRAPH_PASSWORD": own.server.password,
                "AMITY_GRAPH_DATABASE": own.server.database,
            }
            async with service("neo4j", external) as running:
                if "load" in chosen:
                    async for row in rows(running, external, own.home / "import", quick):
                        yield row
                if "load-memory" in chosen:
                    async for row in memory(running, external, quick):
                        yield row
    if "load" in chosen and "neo4j" in stores:
        async for row in loading_offline.rows(quick):
            yield row


async def rows(
    service: Service, external: Mapping[str, str], imports: Path | None, quick: bool
) -> AsyncIterator[Row]:
    # The embedded server takes minutes for what UNWIND makes Neo4j do in seconds.
    whole = 500_000 if imports is not None else 100_000
    count, rounds = (30_000, 2) if quick else (whole, 3)
    pairs = make(count)
    with tempfile.TemporaryDirectory(prefix="amity-load-") as folder:
        path = Path(folder) / "follows.csv"
        write_csv(path, pairs)
        settings = {**service.settings.env(), **external}
        ways: dict[str, Way] = {
            "ours": lambda: _ours(settings, path),
            "UNWIND by hand": lambda: unwind(service, pairs),
        }
        if imports is not None:
            ways["LOAD CSV"] = lambda: load_csv(service, pairs, imports)
        seen = await in_turns(service, ways, rounds)
        for row in _compared(service.name, seen, len(pairs)):
            yield row


async def _ours(settings: Mapping[str, str], path: Path, *more: str) -> float:
    words = ("--batch", f"bench-{time.time_ns()}", *more)
    seconds, _ = await asyncio.to_thread(load_command, settings, path, *words)
    return seconds


async def in_turns(
    service: Service, ways: Mapping[str, Way], rounds: int
) -> dict[str, list[float]]:
    """Seconds of each; all of them made the same graph."""
    seen: dict[str, list[float]] = {name: [] for name in ways}
    found = {}
    for number in range(rounds + 1):
        for name in list(ways)[:: 1 if number % 2 == 0 else -1]:
            await service.store.wipe()
            seconds = await ways[name]()
            if number:
                seen[name].append(seconds)
            async with driver_of(service) as driver:
                found[name] = await what_is_there(driver, service.connection.graph_database)
    if len(set(found.values())) != 1:
        raise RuntimeError(f"not the same graph: {found}")
    return seen


def _compared(store: str, seen: Mapping[str, Sequence[float]], edges: int) -> Iterator[Row]:
    ours = seen["ours"]
    yield Row(
        f"edges a second through `amity load`, {short(edges)} edges and their people",
        store,
        [edges / seconds for seconds in ours],
        "the whole command, from its start",
        unit="edges/s",
    )
    for name in ("UNWIND by hand", "LOAD CSV"):
        if other := seen.get(name):
            yield Row(
                f"`amity load` / {name}, edges a second",
                store,
                [b / a for a, b in zip(ours, other, strict=True)],
                f"{name}: {_rate(edges, other)}, the same counters",
                at_least=1.5 if name == "LOAD CSV" else None,
            )


def _rate(edges: int, seconds: Sequence[float]) -> str:
    return f"{short(edges / sorted(seconds)[len(seconds) // 2])} edges/s"


async def memory(service: Service, external: Mapping[str, str], quick: bool) -> AsyncIterator[Row]:
    """The loader's most memory."""
    for size in (300_000,) if quick else (1_000_000, 5_000_000):
        with tempfile.TemporaryDirectory(prefix="amity-load-") as folder:
            path = Path(folder) / "follows.csv"
            write_csv(path, make(size))
            await service.store.wipe()
            settings, name = {**service.settings.env(), **external}, f"bench-{size}"
            seconds, kib = await asyncio.to_thread(load_command, settings, path, "--batch", name)
        yield Row(
            f"most memory of `amity load`, {size:,} edges",
            service.name,
            [kib / 1024],
            f"{short(size / seconds)} edges/s",
            unit="MiB",
            at_most=400,
        )
