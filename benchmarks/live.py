"""Many sockets on one process, and everybody told of everything."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.graph import load_edges, person
from benchmarks.listeners import Heard, crowd
from benchmarks.service import Service
from benchmarks.table import Row
from graph.stores.embedded import Folder
from verbs.token import token_for

POST = "mutation($t: String!) { createPost(input: {text: $t}) { id } }"
REFUSED = ("UNAVAILABLE", "TIMEOUT")
PAGE_BYTES = 4096
# Sockets that warm the process up before its memory is looked at.
FIRST = 20


@dataclass(frozen=True, slots=True)
class Figures:
    sockets: int
    seconds: float
    posts: int
    heard: Heard
    kib_idle: float  # a socket that listens
    kib_after: float  # a socket, when everything was told
    cpu: float  # of the process that answers, as a share of one core

    @property
    def rate(self) -> float:
        return self.heard.events / self.seconds


async def campaign(service: Service, sockets: int, seconds: float, rate: float) -> Figures:
    """`rate` deliveries a second in all: one author posts, all others listen."""
    now = int(time.time() * 1000)
    first = await service.store.take_ids(sockets + 1)
    author, fans = first, range(first + 1, first + 1 + sockets)
    issuer = service.settings.jwt_issuer
    await service.store.load_people([person(one, now, issuer) for one in (author, *fans)])
    follows = [(fan, author, {"since": now - fan, "notify": False}) for fan in fans]
    await load_edges(service.store, "FOLLOWS", follows)
    tokens = [token_for(service.settings, f"p{fan}", ttl=3600) for fan in fans]
    port = service.running.port
    async with crowd(port, tokens[:FIRST]) as few:
        await _post(service, author, 1.0, rate / sockets)
        await few.heard([])
    process = _api(service)
    before = _resident(process)
    async with crowd(port, tokens) as many:
        await _listening(service, sockets)
        idle = _resident(process)
        cpu, began = _cpu(process), time.perf_counter()
        posts = await _post(service, author, seconds, rate / sockets)
        took, cpu = time.perf_counter() - began, _cpu(process) - cpu
        await asyncio.sleep(2.0)  # the last of them are on their way
        after = _resident(process)
        heard = await many.heard(posts)
    per = 1024 * sockets
    return Figures(
        sockets, took, len(posts), heard, (idle - before) / per, (after - before) / per, cpu / took
    )


async def _post(service: Service, author: int, seconds: float, a_second: float) -> list[str]:
    """Every so often, whether the last was answered or not; the ids of those that were made.

    What the graph refuses under this load is nobody's loss: it was never acknowledged.
    """
    headers = {"Authorization": f"Bearer {service.token(author)}"}
    async with httpx.AsyncClient(trust_env=False, timeout=60, headers=headers) as http:

        async def one(at: float) -> str | None:
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            body = {"query": POST, "variables": {"t": f"{time.time()} " + "a word or two " * 8}}
            answer = (await http.post(f"{service.running.url}/graphql", json=body)).json()
            if answer.get("data"):
                return str(answer["data"]["createPost"]["id"])
            if answer["errors"][0]["extensions"]["code"] not in REFUSED:
                raise RuntimeError(f"this is no refusal: {answer}")
            return None

        began = time.perf_counter()
        every = [began + number / a_second for number in range(int(seconds * a_second))]
        return [id for id in await asyncio.gather(*map(one, every)) if id is not None]


async def _listening(service: Service, many: int) -> None:
    async with asyncio.timeout(60):
        while (await service.metrics())["amity_live_listeners"] < many:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


def _api(service: Service) -> Path:
    state = Folder(service.settings.data_dir).state()
    return Path(f"/proc/{state['processes']['api-0']['pid']}")


def _resident(process: Path) -> int:
    return int((process / "statm").read_text().split()[1]) * PAGE_BYTES


def _cpu(process: Path) -> float:
    fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def rows(service: Service, quick: bool) -> AsyncIterator[Row]:
    sockets, seconds, rate = (500, 10.0, 2_500.0) if quick else (2_000, 60.0, 10_000.0)
    seen = await campaign(service, sockets, seconds, rate)
    heard = seen.heard
    told = f"{seen.sockets:,} sockets, {seen.posts} posts in {seen.seconds:.0f} s"
    name = service.name
    yield Row("live: deliveries a second", name, [seen.rate], told, "", at_least=0.95 * rate)
    detail = f"{heard.gaps} gaps, {heard.twice} twice, {heard.closed} closed"
    yield Row("live: lost without a gap", name, [heard.lost], detail, "", at_most=0)
    yield Row("live: KiB a socket, listening", name, [seen.kib_idle], "", "KiB", at_most=40)
    yield Row("live: KiB a socket, afterwards", name, [seen.kib_after], "", "KiB", at_most=40)
    detail = f"p50 {heard.p50_ms:.0f} ms; {seen.cpu:.0%} of one core"
    yield Row("live: from posting to a client, p99", name, [heard.p99_ms], detail, "ms")
