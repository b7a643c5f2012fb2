"""Starting and stopping, and what a request costs beside a bare answer of the same bytes."""

from __future__ import annotations

import asyncio
import socket
import sys
import tempfile
from collections.abc import AsyncIterator

from benchmarks import client
from benchmarks.rounds import alternate
from benchmarks.service import Service, serve
from benchmarks.table import Row, short
from settings import Settings

VIEWER = "{ viewer { id username name } }"


async def start_and_stop(quick: bool) -> AsyncIterator[Row]:
    first: list[float] = []
    again: list[float] = []
    stops: list[float] = []
    for _ in range(1 if quick else 3):
        with tempfile.TemporaryDirectory(prefix="amity-bench-") as folder:
            settings = Settings.read({"AMITY_DATA_DIR": folder, "AMITY_PORT": "0"})
            for seen in (first, again):
                running = await serve(settings, "--demo")
                seen.append(running.seconds)
                stops.append(await running.stop())
    name = "amity serve --demo"
    yield Row(f"{name}: first start to ready", "embedded", first, "the demo is loaded", "s")
    yield Row(f"{name}: next start to ready", "embedded", again, "", "s", at_most=5)
    yield Row(f"{name}: stop", "embedded", stops, "", "s", at_most=3)


async def hello(service: Service, viewer: int, quick: bool) -> AsyncIterator[Row]:
    request = service.request(VIEWER, viewer=viewer)
    sample = await service.load([request], seconds=None, connections=1)
    body = sample.sample.split("\r\n\r\n", 1)[1]
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        port = listening.getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.hello",
            str(listening.fileno()),
            body,
            pass_fds=(listening.fileno(),),
        )
        try:
            seconds = 1.0 if quick else 3.0
            bare = client.request(port, "/", {"query": VIEWER})
            await client.load(port, [bare], seconds=None, connections=1)

            async def plain() -> float:
                return (await client.load(port, [bare], seconds=seconds)).rate

            async def graphql() -> float:
                return (await service.load([request], seconds=seconds)).rate

            seen = await alternate(plain, graphql, rounds=3)
        finally:
            process.terminate()
            await process.wait()
    a, b = seen.medians
    yield Row(
        "hello from Starlette / { viewer { id username name } }",
        service.name,
        seen.ratios,
        f"{short(a)} requests/s against {short(b)} requests/s",
    )
