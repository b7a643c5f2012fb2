"""Into a Neo4j that was never started: `amity load`, its importer by itself, and LOAD CSV.

Only LOAD CSV needs the server to run; the others' graphs are looked at once it does.
"""

from __future__ import annotations

import asyncio
import csv
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
from neo4j import AsyncGraphDatabase

from benchmarks.loading_ways import (
    LOAD_CSV,
    SINCE,
    Pairs,
    friends_of,
    load_command,
    make,
    what_is_there,
    write_csv,
)
from benchmarks.table import Row, short
from graph.stores.bolt import BoltStore
from graph.stores.offline import Admin
from tests.servers.neo4j import OwnNeo4j, fresh_neo4j

PERSON = [
    ("username", None),
    ("usernameKey", None),
    ("externalId", None),
    ("source", "bench"),
    ("createdAt:long", SINCE),
    ("privacy", "PUBLIC"),
    ("verified:boolean", "false"),
    ("hideNetwork:boolean", "false"),
    ("discoverable:boolean", "true"),
    ("allowSuggestions:boolean", "true"),
    ("gone:boolean", "false"),
]


async def rows(quick: bool) -> AsyncIterator[Row]:
    count = 30_000 if quick else 1_000_000
    pairs = make(count)
    rounds = 1 if quick else 2
    seen: dict[str, list[float]] = {"ours": [], "importer": [], "LOAD CSV": []}
    for _ in range(rounds):
        found = {}
        for name, way in (("ours", _ours), ("importer", _importer), ("LOAD CSV", _load_csv)):
            with (
                tempfile.TemporaryDirectory(prefix="amity-load-") as folder,
                # LOAD CSV of a million rows holds more than we let one statement hold.
                fresh_neo4j(bounded=False) as own,
            ):
                seconds, found[name] = await way(own, Path(folder), pairs)
                seen[name].append(seconds)
        if len(set(found.values())) != 1:
            raise RuntimeError(f"not the same graph: {found}")
    ours = seen["ours"]
    yield Row(
        f"`amity load --neo4j-home` / LOAD CSV, {short(count)} edges a second, an empty Neo4j",
        "neo4j",
        [b / a for a, b in zip(ours, seen["LOAD CSV"], strict=True)],
        f"{short(count / sorted(ours)[len(ours) // 2])} edges/s",
        at_least=3.0,
    )
    yield Row(
        "`amity load --neo4j-home` / Neo4j's importer on files made for it, time",
        "neo4j",
        [a / b for a, b in zip(ours, seen["importer"], strict=True)],
        f"{short(count / sorted(seen['importer'])[len(ours) // 2])} edges/s",
    )


Told = tuple[float, tuple[int, ...]]


async def _ours(own: OwnNeo4j, folder: Path, pairs: Pairs) -> Told:
    path = folder / "follows.csv"
    write_csv(path, pairs)
    data = {"AMITY_DATA_DIR": f"{folder}/data"}
    seconds, _ = await asyncio.to_thread(load_command, data, path, "--neo4j-home", str(own.home))
    return seconds, await _looked_at(own)


async def _importer(own: OwnNeo4j, folder: Path, pairs: Pairs) -> Told:
    """Files and counters made beforehand, which is not in its time."""
    people, follows = folder / "User.csv", folder / "FOLLOWS.csv"
    _write_people(people, pairs)
    with follows.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            [":START_ID(User)", ":END_ID(User)", "since:long", "_from:long", "_to:long"]
        )
        writer.writerows((a + 1, b + 1, SINCE, a + 1, b + 1) for a, b in pairs.tolist())
    began = time.perf_counter()
    await asyncio.to_thread(Admin(own.home).run, [("User", people)], [("FOLLOWS", follows)])
    return time.perf_counter() - began, await _looked_at(own)


def _write_people(path: Path, pairs: Pairs) -> None:
    size = int(pairs.max()) + 1
    out = np.bincount(pairs[:, 0], minlength=size).tolist()
    into = np.bincount(pairs[:, 1], minlength=size).tolist()
    friends = friends_of(pairs, size)
    fixed = [value for _, value in PERSON[3:]]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        head = [":ID(User)", "id:long", "externalKey", *(name for name, _ in PERSON)]
        writer.writerow([*head, "_following:long", "_followers:long", "_friends:long"])
        writer.writerows(
            [n + 1, n + 1, f"bench{n}", n, n, n, *fixed, out[n], into[n], friends[n] or None]
            for n in np.unique(pairs).tolist()
        )


async def _looked_at(own: OwnNeo4j) -> tuple[int, ...]:
    own.start()
    own.wait_ready()
    server = own.server
    async with AsyncGraphDatabase.driver(server.url, auth=(server.user, server.password)) as driver:
        return await what_is_there(driver, server.database)


async def _load_csv(own: OwnNeo4j, folder: Path, pairs: Pairs) -> Told:
    own.start()
    own.wait_ready()
    server = own.server
    store = BoltStore(server.url, server.user, server.password, server.database, dialect="neo4j")
    await store.open()
    await store.migrate()
    await store.close()
    write_csv(own.home / "import" / "follows.csv", pairs)
    auth = (server.user, server.password)
    async with AsyncGraphDatabase.driver(server.url, auth=auth) as driver:
        began = time.perf_counter()
        async with driver.session(database=server.database) as session:
            await (await session.run(LOAD_CSV, url="file:///follows.csv")).consume()
        seconds = time.perf_counter() - began
        return seconds, await what_is_there(driver, server.database)
