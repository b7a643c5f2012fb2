"""A whole `amity serve` with a store under it, for the time of a benchmark."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import httpx

from benchmarks import client
from graph.store import Store
from graph.stores.embedded import Connection, connection
from rooms import make_store
from settings import Settings
from verbs.token import token_for

START_SECONDS = 120.0


@dataclass(slots=True)
class Running:
    """A server that answers, and how long it took until it did."""

    process: asyncio.subprocess.Process
    url: str
    seconds: float

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    async def stop(self) -> float:
        """As Ctrl-C; how long it took."""
        if self.process.returncode is not None:
            return 0.0
        began = time.perf_counter()
        self.process.send_signal(signal.SIGINT)
        await self.process.wait()
        return time.perf_counter() - began


async def serve(settings: Settings, *flags: str) -> Running:
    """Start `amity serve` and wait for its ready line."""
    log = settings.data_dir / "serve.log"
    with log.open("wb") as said:
        return await _serve(settings, log, said, *flags)


async def _serve(settings: Settings, log: Path, said: IO[bytes], *flags: str) -> Running:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cli",
        "serve",
        *flags,
        env={**os.environ, **settings.env()},
        stdout=asyncio.subprocess.PIPE,
        stderr=said,
    )
    assert process.stdout
    async with asyncio.timeout(START_SECONDS):
        line = (await process.stdout.readline()).decode()
    if not line.startswith("ready "):
        raise RuntimeError(f"`amity serve` did not get ready: {_last_words(log)}")
    return Running(process, line.split()[1], time.perf_counter() - began)


def _last_words(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


@dataclass(slots=True)
class Service:
    """What a row needs: where to ask, as whom, and the store below."""

    name: str
    settings: Settings
    running: Running
    store: Store
    connection: Connection

    def token(self, person: int) -> str:
        """For somebody of the generated graph."""
        return token_for(self.settings, f"p{person}", ttl=86_400)

    def request(
        self,
        document: str,
        variables: Mapping[str, Any] | None = None,
        viewer: int | None = None,
    ) -> bytes:
        headers = {"Authorization": f"Bearer {self.token(viewer)}"} if viewer else {}
        body = {"query": document, "variables": dict(variables or {})}
        return client.request(self.running.port, "/graphql", body, headers)

    async def ask(
        self,
        document: str,
        variables: Mapping[str, Any] | None = None,
        viewer: int | None = None,
    ) -> Any:
        """One answer's data, for checking."""
        headers = {"Authorization": f"Bearer {self.token(viewer)}"} if viewer else {}
        async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
            body = {"query": document, "variables": dict(variables or {})}
            answer = await http.post(f"{self.running.url}/graphql", json=body, headers=headers)
        data = answer.json()
        if "errors" in data:
            raise RuntimeError(f"{data['errors']}")
        return data["data"]

    async def load(
        self, requests: Sequence[bytes], *, seconds: float | None, connections: int = 16
    ) -> client.Result:
        return await client.load(
            self.running.port, requests, seconds=seconds, connections=connections
        )

    async def restart(self, workers: int) -> None:
        """On the same data, with so many processes that answer."""
        await self.store.close()
        await self.running.stop()
        self.running = await serve(self.settings, "--workers", str(workers))
        self.connection = connection(self.settings)
        self.store = make_store(self.settings, self.connection)
        await self.store.open()

    async def metrics(self) -> dict[str, float]:
        async with httpx.AsyncClient(trust_env=False) as http:
            text = (await http.get(f"{self.running.url}/metrics")).text
        lines = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, value in lines}


@asynccontextmanager
async def service(name: str, external: Mapping[str, str]) -> AsyncIterator[Service]:
    """`external` are the settings of a graph that runs already; empty for the embedded one."""
    with tempfile.TemporaryDirectory(prefix="amity-bench-") as folder:
        given = {"AMITY_DATA_DIR": folder, "AMITY_PORT": "0", **external}
        # One viewer asks for more in a second than anybody may in earnest.
        settings = replace(Settings.read(given), max_cost=1 << 40, statement_seconds=60.0)
        running = await serve(settings)
        at = connection(settings)
        made = Service(name, settings, running, make_store(settings, at), at)
        try:
            await made.store.open()
            yield made
        finally:
            await made.store.close()
            await made.running.stop()
