"""Edges a second through `amity load`, beside what else there is: by hand, and the store's own.

Everybody makes the same graph of an empty one: people with their unique keys, follows with their
time and the ends that pages are read by, and both counters. Each runs in turn, in one run.
"""

from __future__ import annotations

import asyncio
import csv
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from neo4j import AsyncGraphDatabase

from benchmarks.service import Service, service
from benchmarks.table import Row, short
from tests.servers.neo4j import fresh_neo4j

Pairs = np.ndarray[Any, np.dtype[np.int64]]
SINCE = 1_600_000_000_000
BATCH = 10_000


def make(edges: int, seed: int = 5) -> Pairs:
    """Ten edges a person, degrees by a power law, in no order."""
    rng = np.random.default_rng(seed)
    people = max(edges // 10, 10)
    weight = np.minimum((1 - rng.random(people)) ** -0.6, 300)
    weight /= weight.sum()
    pairs = np.stack(
        [rng.choice(people, edges * 2, p=weight), rng.integers(0, people, edges * 2)], 1
    )
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    _, first = np.unique(pairs[:, 0] * people + pairs[:, 1], return_index=True)
    return pairs[np.sort(first)][:edges]


def write_csv(path: Path, pairs: Pairs) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("follower,followed\n")
        csv.writer(file, lineterminator="\n").writerows(pairs.tolist())


# --- ours


def load_command(settings: Mapping[str, str], path: Path, *more: str) -> tuple[float, int]:
    """Seconds of the whole command, start and all, and the most memory it had (KiB)."""
    began = time.perf_counter()
    pid = os.spawnve(
        os.P_NOWAIT,
        sys.executable,
        [
            sys.executable,
            "-m",
            "cli",
            "load",
            str(path),
            "--as",
            "follows",
            "--progress",
            "none",
            "--rejects",
            f"{path}.rejects",
            *more,
        ],
        {**os.environ, **settings, "PYTHONPATH": str(Path.cwd())},
    )
    _, status, used = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError("amity load failed")
    return time.perf_counter() - began, used.ru_maxrss


# --- by hand, over Bolt

UNIQUE = "externalKey: 'bench' + row.{end}"
PERSON = (
    "{n}.id = toInteger(row.{end}) + 1, {n}.username = row.{end}, {n}.usernameKey = row.{end}, "
    "{n}.externalId = row.{end}, {n}.source = 'bench', {n}.createdAt = " + str(SINCE) + ", "
    "{n}.privacy = 'PUBLIC', {n}.verified = false, {n}.hideNetwork = false, "
    "{n}.discoverable = true, {n}.allowSuggestions = true, {n}.gone = false"
)
MERGES = f"""
MERGE (a:User {{{UNIQUE.format(end="follower")}}})
ON CREATE SET {PERSON.format(n="a", end="follower")}
MERGE (b:User {{{UNIQUE.format(end="followed")}}})
ON CREATE SET {PERSON.format(n="b", end="followed")}
MERGE (a)-[r:FOLLOWS]->(b)
ON CREATE SET r.since = {SINCE}, r._from = a.id, r._to = b.id,
  a._following = coalesce(a._following, 0) + 1, b._followers = coalesce(b._followers, 0) + 1
"""
UNWIND = f"UNWIND $rows AS row {MERGES}"
LOAD_CSV = (
    "LOAD CSV WITH HEADERS FROM $url AS row CALL (row) {"
    + MERGES
    + "} IN TRANSACTIONS OF 10000 ROWS"
)


async def unwind(service: Service, pairs: Pairs) -> float:
    at = service.connection
    auth = (at.graph_user, at.graph_password) if at.graph_user else None
    async with AsyncGraphDatabase.driver(at.graph_url, auth=auth) as driver:
        began = time.perf_counter()
        rows = [{"follower": str(a), "followed": str(b)} for a, b in pairs.tolist()]
        async with driver.session(database=at.graph_database) as session:
            for start in range(0, len(rows), BATCH):
                some = rows[start : start + BATCH]
                await session.execute_write(lambda tx, some=some: _consume(tx, UNWIND, rows=some))
        return time.perf_counter() - began


async def load_csv(service: Service, pairs: Pairs, imports: Path) -> float:
    write_csv(imports / "follows.csv", pairs)
    at = service.connection
    auth = (at.graph_user, at.graph_password) if at.graph_user else None
    async with AsyncGraphDatabase.driver(at.graph_url, auth=auth) as driver:
        began = time.perf_counter()
        async with driver.session(database=at.graph_database) as session:
            result = await session.run(LOAD_CSV, url="file:///follows.csv")
            await result.consume()
        return time.perf_counter() - began


async def _consume(transaction: Any, text: str, **params: Any) -> None:
    await (await transaction.run(text, params)).consume()


# --- the embedded server's bulk endpoint


async def bulk_endpoint(service: Service, pairs: Pairs) -> float:
    """People with their counters added up beforehand, then edges between their record ids."""
    at = service.connection
    began = time.perf_counter()
    people = int(pairs.max()) + 1
    out = np.bincount(pairs[:, 0], minlength=people).tolist()
    into = np.bincount(pairs[:, 1], minlength=people).tolist()
    there = np.unique(pairs).tolist()
    fixed = {
        "source": "bench",
        "createdAt": SINCE,
        "privacy": "PUBLIC",
        "verified": False,
        "hideNetwork": False,
        "discoverable": True,
        "allowSuggestions": True,
        "gone": False,
    }
    vertices = (
        json.dumps(
            {
                "@type": "vertex",
                "@class": "User",
                "@id": f"u{n}",
                "id": n + 1,
                "username": str(n),
                "usernameKey": str(n),
                "externalId": str(n),
                "externalKey": f"bench{n}",
                "_following": out[n],
                "_followers": into[n],
                **fixed,
            }
        )
        for n in there
    )
    async with httpx.AsyncClient(
        base_url=at.graph_http_url or "",
        auth=(at.graph_user or "", at.graph_password or ""),
        timeout=None,
        trust_env=False,
    ) as http:
        rids = (await _post(http, at.graph_database, "\n".join(vertices)))["idMapping"]
        for start in range(0, len(pairs), 100_000):
            edges = (
                f'{{"@type":"edge","@class":"FOLLOWS","@from":"{rids[f"u{a}"]}",'
                f'"@to":"{rids[f"u{b}"]}","since":{SINCE},"_from":{a + 1},"_to":{b + 1}}}'
                for a, b in pairs[start : start + 100_000].tolist()
            )
            await _post(http, at.graph_database, "\n".join(edges))
    return time.perf_counter() - began


async def _post(http: httpx.AsyncClient, database: str | None, body: str) -> dict[str, Any]:
    answer = await http.post(
        f"/api/v1/batch/{database}?wal=true",
        content=body,
        headers={"content-type": "application/x-ndjson"},
    )
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


# --- rows

Way = Callable[[], Awaitable[float]]


async def of_stores(chosen: set[str], stores: Sequence[str], quick: bool) -> AsyncIterator[Row]:
    if "embedded" in stores:
        async with service("embedded", {}) as running:
            if "load" in chosen:
                async for row in rows(running, {}, None, quick):
                    yield row
            if "load-memory" in chosen:
                async for row in memory(running, quick):
                    yield row
    if "load" in chosen and "neo4j" in stores:
        # One of our own: LOAD CSV reads from its folder.
        with fresh_neo4j() as own:
            own.start()
            own.wait_ready()
            external = {
                "AMITY_GRAPH_URL": own.server.url,
                "AMITY_GRAPH_USER": own.server.user,
                "AMITY_GRAPH_PASSWORD": own.server.password,
                "AMITY_GRAPH_DATABASE": own.server.database,
            }
            async with service("neo4j", external) as running:
                async for row in rows(running, external, own.home / "import", quick):
                    yield row
        async for row in offline(quick):
            yield row


async def rows(
    service: Service, external: Mapping[str, str], imports: Path | None, quick: bool
) -> AsyncIterator[Row]:
    count, rounds = (30_000, 2) if quick else (200_000, 3)
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
        if service.connection.embedded_graph:
            ways["bulk endpoint"] = lambda: bulk_endpoint(service, pairs)
        seen = await in_turns(service, ways, rounds)
        for row in _compared(service.name, seen, len(pairs)):
            yield row


async def _ours(settings: Mapping[str, str], path: Path) -> float:
    name = f"bench-{time.time_ns()}"
    seconds, _ = await asyncio.to_thread(load_command, settings, path, "--batch", name)
    return seconds


async def in_turns(
    service: Service, ways: Mapping[str, Way], rounds: int
) -> dict[str, list[float]]:
    seen: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name in list(ways)[:: 1 if number % 2 == 0 else -1]:
            await service.store.wipe()
            seen[name].append(await ways[name]())
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
    for name, other in seen.items():
        if name == "ours":
            continue
        bulk = name == "bulk endpoint"
        pairs = list(zip(ours, other, strict=True))
        yield Row(
            f"`amity load` / {name}, time" if bulk else f"`amity load` / {name}, edges a second",
            store,
            [a / b if bulk else b / a for a, b in pairs],
            f"{name}: {short(edges / sorted(other)[len(other) // 2])} edges/s",
            at_least=1.5 if name == "LOAD CSV" else None,
            at_most=1.5 if bulk else None,
        )


async def memory(service: Service, quick: bool) -> AsyncIterator[Row]:
    """The loader's most memory."""
    for size in (300_000,) if quick else (1_000_000, 5_000_000):
        with tempfile.TemporaryDirectory(prefix="amity-load-") as folder:
            path = Path(folder) / "follows.csv"
            write_csv(path, make(size))
            await service.store.wipe()
            settings, name = service.settings.env(), f"bench-{size}"
            seconds, kib = await asyncio.to_thread(load_command, settings, path, "--batch", name)
        yield Row(
            f"most memory of `amity load`, {size:,} edges",
            service.name,
            [kib / 1024],
            f"{short(size / seconds)} edges/s",
            unit="MiB",
            at_most=400,
        )


async def offline(quick: bool) -> AsyncIterator[Row]:
    """Into a Neo4j that was never started, against LOAD CSV into one that runs."""
    pairs = make(30_000 if quick else 200_000)
    ratios, rates = [], []
    for _ in range(1 if quick else 2):
        with tempfile.TemporaryDirectory(prefix="amity-load-") as folder, fresh_neo4j() as own:
            path = Path(folder) / "follows.csv"
            write_csv(path, pairs)
            home = str(own.home)
            data = {"AMITY_DATA_DIR": f"{folder}/data"}
            seconds, _ = await asyncio.to_thread(load_command, data, path, "--neo4j-home", home)
        by_hand = await _load_csv_alone(pairs)
        ratios.append(by_hand / seconds)
        rates.append(len(pairs) / seconds)
    yield Row(
        "`amity load --neo4j-home` / LOAD CSV, edges a second, an empty Neo4j",
        "neo4j",
        ratios,
        f"{short(sorted(rates)[len(rates) // 2])} edges/s",
        at_least=3.0,
    )


async def _load_csv_alone(pairs: Pairs) -> float:
    from graph.stores.bolt import BoltStore

    with fresh_neo4j() as own:
        own.start()
        own.wait_ready()
        server = own.server
        store = BoltStore(
            server.url, server.user, server.password, server.database, dialect="neo4j"
        )
        await store.open()
        await store.migrate()
        await store.close()
        write_csv(own.home / "import" / "follows.csv", pairs)
        auth = (server.user, server.password)
        async with AsyncGraphDatabase.driver(server.url, auth=auth) as driver:
            began = time.perf_counter()
            async with driver.session(database=server.database) as session:
                await (await session.run(LOAD_CSV, url="file:///follows.csv")).consume()
            return time.perf_counter() - began
