"""Ways to load a graph: `amity load`, statements by hand, and the embedded server's own endpoint.

Everybody makes the same graph of an empty one: people with their unique keys, follows with their
time and the ends that pages are read by, and the counters: following, followers and friends.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from neo4j import AsyncDriver, AsyncGraphDatabase

from benchmarks.service import Service

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


def friends_of(pairs: Pairs, people: int) -> list[int]:
    """With how many each person stands both ways."""
    forth = pairs[:, 0] * people + pairs[:, 1]
    back = pairs[:, 1] * people + pairs[:, 0]
    found: list[int] = np.bincount(pairs[np.isin(forth, back), 0], minlength=people).tolist()
    return found


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
ON CREATE SET r.since = {SINCE}, r._from = a.id, r._to = b.id, r._new = true,
  a._following = coalesce(a._following, 0) + 1, b._followers = coalesce(b._followers, 0) + 1
WITH a, b, r WHERE r._new = true
REMOVE r._new
WITH a, b WHERE EXISTS {{ (b)-[:FOLLOWS]->(a) }}
SET a._friends = coalesce(a._friends, 0) + 1, b._friends = coalesce(b._friends, 0) + 1
"""
# Row by row: of two people who follow each other the second row finds the first one's edge.
UNWIND = f"UNWIND $rows AS row CALL (row) {{{MERGES}}}"
LOAD_CSV = (
    "LOAD CSV WITH HEADERS FROM $url AS row CALL (row) {"
    + MERGES
    + "} IN TRANSACTIONS OF 10000 ROWS"
)


@asynccontextmanager
async def driver_of(service: Service) -> AsyncIterator[AsyncDriver]:
    at = service.connection
    auth = (at.graph_user, at.graph_password) if at.graph_user else None
    async with AsyncGraphDatabase.driver(at.graph_url, auth=auth) as driver:
        yield driver


async def unwind(service: Service, pairs: Pairs) -> float:
    at = service.connection
    async with driver_of(service) as driver:
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
    async with driver_of(service) as driver:
        began = time.perf_counter()
        async with driver.session(database=at.graph_database) as session:
            result = await session.run(LOAD_CSV, url="file:///follows.csv")
            await result.consume()
        return time.perf_counter() - began


async def _consume(transaction: Any, text: str, **params: Any) -> None:
    await (await transaction.run(text, params)).consume()


# --- what came of it

# By nothing that an id has a part in: everybody gives their own.
THERE = """
MATCH (n:User)
RETURN count(n), sum(coalesce(n._following, 0)), sum(coalesce(n._followers, 0)),
  sum(coalesce(n._friends, 0))
"""
BETWEEN = """
MATCH (a:User)-[r:FOLLOWS]->(b:User)
WHERE r.since IS NOT NULL AND r._from = a.id AND r._to = b.id
RETURN count(r), sum(a._following * b._followers)
"""


async def what_is_there(driver: AsyncDriver, database: str | None) -> tuple[int, ...]:
    """People, both counters' sums, edges, and a sum that tells which people they join."""
    found: list[int] = []
    async with driver.session(database=database) as session:
        for text in (THERE, BETWEEN):
            row = await (await session.run(text)).single()
            assert row is not None
            found += row.values()
    return tuple(found)


# --- the embedded server's bulk endpoint


async def bulk_endpoint(service: Service, pairs: Pairs) -> float:
    """People with their counters added up beforehand, then edges between their record ids."""
    at = service.connection
    began = time.perf_counter()
    people = int(pairs.max()) + 1
    out = np.bincount(pairs[:, 0], minlength=people).tolist()
    into = np.bincount(pairs[:, 1], minlength=people).tolist()
    friends = friends_of(pairs, people)
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

    def vertex(n: int) -> str:
        said = {
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
            **({"_friends": friends[n]} if friends[n] else {}),
            **fixed,
        }
        return json.dumps(said)

    async with httpx.AsyncClient(
        base_url=at.graph_http_url or "",
        auth=(at.graph_user or "", at.graph_password or ""),
        timeout=None,
        trust_env=False,
    ) as http:
        rids: dict[str, str] = {}
        # Of more it does not tell the record ids.
        for start in range(0, len(there), 10_000):
            body = "\n".join(vertex(n) for n in there[start : start + 10_000])
            rids |= (await _post(http, at.graph_database, body))["idMapping"]
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
