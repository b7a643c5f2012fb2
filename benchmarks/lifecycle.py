"""Starting and stopping, and what a request costs beside a bare answer of the same bytes."""

from __future__ import annotations

import asyncio
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks import client
from benchmarks.rounds import Rounds, alternate
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
    seen = await beside_bare(service, request, 1.0 if quick else 3.0)
    a, b = seen.medians
    yield Row(
        "hello from Starlette / { viewer { id username name } }",
        service.name,
        seen.ratios,
        f"{short(a)} requests/s against {short(b)} requests/s",
    )


async def beside_bare(service: Service, request: bytes, seconds: float) -> Rounds:
    """Requests per second of a bare answer of the same bytes, against those of the service."""
    sample = await service.load([request], seconds=None, connections=1)
    body = sample.sample.split("\r\n\r\n", 1)[1]
    async with bare(body) as port:
        asked = client.request(port, "/", {"query": VIEWER})
        await client.load(port, [asked], seconds=None, connections=1)

        async def plain() -> float:
            return (await client.load(port, [asked], seconds=seconds)).rate

        async def graphql() -> float:
            return (await service.load([request], seconds=seconds)).rate

        return await alternate(plain, graphql, rounds=3)


@asynccontextmanager
async def bare(body: str) -> AsyncIterator[int]:
    """The port of an app that answers these bytes and nothing else."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.hello",
            str(listening.fileno()),
            pass_fds=(listening.fileno(),),
            stdin=asyncio.subprocess.PIPE,
        )
        assert process.stdin
        process.stdin.write(body.encode())
        process.stdin.close()
        try:
            yield listening.getsockname()[1]
        finally:
            process.terminate()
            await process.wait()
