"""Fan-out beside the most a cache server takes, and how soon a post of a friend is seen."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlsplit

import hiredis
import numpy as np

from benchmarks import followers
from benchmarks.graph import load_edges, person
from benchmarks.service import Service
from benchmarks.table import Row, short
from graph.adjacency.hot import Hot
from graph.timelines.packing import BEFORE_ALL, nothing_posted
from graph.timelines.timelines import Lease, Timelines

FANS = 10_000
PIPELINE = 100
CREATE = "mutation($t: String!) { createPost(input: {text: $t}) { id } }"
NEWEST = "{ feed(ranker: CHRONOLOGICAL, first: 1) { nodes { id } } }"
PATIENCE = 20.0


async def rows(service: Service, quick: bool, now: int) -> AsyncIterator[Row]:
    async for row in pushing(service, quick):
        yield row
    async for row in seeing(service, quick, now):
        yield row


# --- the rate


async def pushing(service: Service, quick: bool) -> AsyncIterator[Row]:
    """10,000 timelines that exist; posts into all of them, against ZADDs one by one."""
    url = service.connection.cache_url
    reader = Hot(service.store, cache_url=url)
    await reader.start()
    try:
        timelines = Timelines(reader.cache, lambda: 1)
        fans = np.arange(1_000_000, 1_000_000 + FANS)
        await build(timelines, fans)
        posts = 20 if quick else 100
        shares, costs, seen = [], [], []
        for number in range(3 if quick else 5):
            theirs = await zadds(url, 200_000 if quick else 1_000_000)
            ours, cpu = await pushes(timelines, fans, posts, number)
            shares.append(ours / theirs.rate)
            costs.append(cpu * 1e6)
            seen.append((ours, theirs.rate))
    finally:
        await reader.stop()
    ours, rate = (float(np.median(column)) for column in zip(*seen, strict=True))
    detail = f"{short(ours)} deliveries/s against {short(rate)} ZADD/s by {theirs.by}"
    yield Row(
        f"fan-out to {FANS:,} / ZADD, pipelined by {PIPELINE}",
        service.name,
        shares,
        detail,
        at_least=0.8,
    )
    yield Row(
        f"client CPU a delivery, {FANS:,} followers", service.name, costs, "", "us", at_most=0.5
    )


async def build(timelines: Timelines, fans: np.ndarray) -> None:
    for fan in fans.tolist():
        lease = await timelines.read(fan)
        if isinstance(lease, Lease):
            await timelines.fill(lease, nothing_posted(), BEFORE_ALL)


async def pushes(
    timelines: Timelines, fans: np.ndarray, posts: int, number: int
) -> tuple[float, float]:
    """Deliveries a second, and CPU seconds of this process for one."""
    began, cpu = time.perf_counter(), time.process_time()
    for post in range(posts):
        at = number * posts + post + 1
        delivered = await timelines.push(at, at, 7, fans)
        if delivered != len(fans):
            raise RuntimeError(f"{delivered} of {len(fans)} timelines were reached")
    deliveries = posts * len(fans)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return deliveries / seconds, cpu / deliveries


class Theirs:
    def __init__(self, rate: float, by: str) -> None:
        self.rate, self.by = rate, by


async def zadds(url: str, count: int) -> Theirs:
    """redis-benchmark, where it is installed; else the same commands over a bare socket."""
    program = shutil.which("redis-benchmark")
    if program is None:
        return Theirs(await bare_zadds(url, count), "a bare socket (no redis-benchmark here)")
    at = urlsplit(url)
    process = await asyncio.create_subprocess_exec(
        program,
        *("-h", at.hostname or "", "-p", str(at.port), "-P", str(PIPELINE), "-c", "1"),
        *("-a", at.password or "", "-n", str(count), "-t", "zadd", "--csv"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await process.communicate()
    lines = [line for line in out.decode().splitlines() if line.startswith('"ZADD"')]
    if not lines:
        return Theirs(await bare_zadds(url, count), "a bare socket (redis-benchmark refused)")
    return Theirs(float(lines[0].split(",")[1].strip('"')), "redis-benchmark")


async def bare_zadds(url: str, count: int) -> float:
    at = urlsplit(url)
    reading, writing = await asyncio.open_connection(at.hostname, at.port)
    answers = hiredis.Reader()
    writing.write(hiredis.pack_command(("AUTH", at.password or "")))
    await reading.read(1 << 10)
    batch = b"".join(
        hiredis.pack_command(("ZADD", "bench:zset", str(n), f"element:{n:012}"))
        for n in range(PIPELINE)
    )
    began = time.perf_counter()
    for _ in range(count // PIPELINE):
        writing.write(batch)
        left = PIPELINE
        while left:
            answers.feed(await reading.read(1 << 16))
            while answers.gets() is not False:
                left -= 1
    rate = count / (time.perf_counter() - began)
    writing.close()
    await writing.wait_closed()
    return rate


# --- how soon


async def seeing(service: Service, quick: bool, now: int) -> AsyncIterator[Row]:
    """From the answer to createPost to the friend's feed, while a star posts once a second."""
    size = 100_000 if quick else 1_000_000
    star, _ = await followers.load(service, size, now)
    pairs = await friends(service, 10, now)
    for name, threshold in (("read", 10_000), ("pushed", 1 << 30)):
        service.settings = replace(service.settings, celebrity_followers=threshold)
        await service.restart(workers=1)
        if name == "pushed":
            await forget_fame(service, star)
        values = await waits(service, pairs, star, 20 if quick else 60)
        values.sort()
        detail = f"p50 {short(values[len(values) // 2] * 1000)} ms, {len(values)} posts"
        yield Row(
            f"a friend's post is seen, while one of {size:,} followers posts ({name}): p99",
            service.name,
            [values[min(len(values) - 1, len(values) * 99 // 100)]],
            detail,
            "s",
            at_most=1,
        )


async def friends(service: Service, count: int, now: int) -> list[tuple[int, int]]:
    """Who posts, and who reads it."""
    store, issuer = service.store, service.settings.jwt_issuer
    first = await store.take_ids(2 * count)
    ids = range(first, first + 2 * count)
    await store.load_people([person(one, now, issuer) for one in ids])
    pairs = [(ids[n], ids[n + count]) for n in range(count)]
    await load_edges(store, "FOLLOWS", [(b, a, {"since": now - 1_000_000}) for a, b in pairs])
    return pairs


async def forget_fame(service: Service, star: int) -> None:
    from graph.changes import Put

    await service.store.write((Put("User", star, {"celebrity": None}),))
    await service.store.raise_generation()
    await asyncio.sleep(2)


async def waits(
    service: Service, pairs: list[tuple[int, int]], star: int, count: int
) -> list[float]:
    for _, reader in pairs:
        await service.ask(NEWEST, viewer=reader)
    posting = asyncio.create_task(every_second(service, star))
    try:
        return [await wait(service, *pairs[n % len(pairs)], n) for n in range(count)]
    finally:
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)


async def every_second(service: Service, star: int) -> None:
    number = 0
    while True:
        number += 1
        await service.ask(CREATE, {"t": f"star {number}"}, viewer=star)
        await asyncio.sleep(1)


async def wait(service: Service, author: int, reader: int, number: int) -> float:
    made = await service.ask(CREATE, {"t": f"friend {number}"}, viewer=author)
    began = time.perf_counter()
    while time.perf_counter() - began < PATIENCE:
        seen = await service.ask(NEWEST, viewer=reader)
        if [one["id"] for one in seen["feed"]["nodes"]] == [made["createPost"]["id"]]:
            return time.perf_counter() - began
        await asyncio.sleep(0.01)
    return PATIENCE
