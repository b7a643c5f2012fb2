"""The process that answers is killed while a socket is open: whoever resumes is told the rest.

Everything that was acknowledged is told, once: what was told is not lost with the process.
Short here; whole (ten kills) with AMITY_TEST_SOAK=1.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from settings import Settings
from tests.faults.service import PATIENCE, Service

pytestmark = pytest.mark.anyio

KILLS = 10 if os.environ.get("AMITY_TEST_SOAK") else 2
BETWEEN_KILLS = 12  # acknowledged posts
AWAY = ("UNAVAILABLE", "TIMEOUT")

CREATE = "mutation($n: String!) { createProfile(input: {username: $n}) { id } }"
FOLLOW = "mutation($u: ID!) { follow(user: $u) { relationship { following } } }"
POST = "mutation($t: String!, $k: String!) { createPost(input: {text: $t}, key: $k) { id } }"
INBOX = """subscription($after: String) { inbox(after: $after) { __typename
  ... on FeedPost { seq post { id } } ... on Gap { seq missed } } }"""


@dataclass
class Listener:
    """Somebody who stays connected, and resumes after the last number they saw."""

    service: Service
    token: str
    seq: str | None = None
    heard: list[str] = field(default_factory=list)
    gaps: int = 0
    connected: int = 0
    listening: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        while True:
            try:
                async with self._socket() as socket:
                    await self._read(socket)
            except (OSError, ConnectionClosed, InvalidHandshake, InvalidMessage):
                await asyncio.sleep(0.05)

    @asynccontextmanager
    async def _socket(self) -> AsyncIterator[ClientConnection]:
        at = self.service.url.replace("http://", "ws://")
        async with connect(
            f"{at}/graphql", subprotocols=["graphql-transport-ws"], compression=None, proxy=None
        ) as socket:
            said = {"authorization": f"Bearer {self.token}"}
            await socket.send(json.dumps({"type": "connection_init", "payload": said}))
            yield socket

    async def _read(self, socket: ClientConnection) -> None:
        async for message in socket:
            said = json.loads(message)
            if said["type"] == "connection_ack":
                payload = {"query": INBOX, "variables": {"after": self.seq}}
                await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
                self.connected += 1
                self.listening.set()
            elif said["type"] == "next":
                self._note(said["payload"])
            elif said["type"] == "error":  # a server it needs is away
                assert said["payload"][0]["extensions"]["code"] in AWAY, said
                return

    def _note(self, payload: dict[str, Any]) -> None:
        assert "errors" not in payload, payload
        event = payload["data"]["inbox"]
        self.seq = event["seq"]
        if event["__typename"] == "Gap":
            self.gaps += 1
        else:
            self.heard.append(event["post"]["id"])


@dataclass
class Author:
    service: Service
    client: httpx.AsyncClient
    posts: list[str] = field(default_factory=list)  # acknowledged, in order

    async def ask(self, name: str, query: str, **variables: Any) -> Any:
        """Again until it is answered."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    response = await self.client.post(
                        f"{self.service.url}/graphql",
                        json={"query": query, "variables": variables},
                        headers={"authorization": f"Bearer {self.service.token(name)}"},
                    )
                    answer = response.json()
                except (httpx.TransportError, ValueError):
                    await asyncio.sleep(0.05)
                    continue
                if "errors" not in answer:
                    return answer["data"]
                assert answer["errors"][0]["extensions"]["code"] in AWAY, answer

    async def write(self) -> None:
        """For ever, each under a key of its own."""
        for number in range(100_000):
            made = await self.ask("alice", POST, t=f"number {number}", k=f"key {number}")
            self.posts.append(made["createPost"]["id"])
            await asyncio.sleep(0.02)

    async def busy(self) -> None:
        until = len(self.posts) + BETWEEN_KILLS
        async with asyncio.timeout(PATIENCE):
            while len(self.posts) < until:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.02)


@pytest.mark.server("embedded", "cache")
async def test_who_resumes_after_a_kill_misses_nothing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, graph_heap_mb=512, cache_mb=64)
    with Service(settings) as service:
        [api] = [name for name in service.names() if name.startswith("api")]
        async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
            author = Author(service, client)
            alice = (await author.ask("alice", CREATE, n="alice"))["createProfile"]["id"]
            await author.ask("bob", CREATE, n="bob")
            await author.ask("bob", FOLLOW, u=alice)
            bob = Listener(service, service.token("bob"))
            listening = asyncio.create_task(bob.listen())
            await bob.listening.wait()
            writing = asyncio.create_task(author.write())
            async with asyncio.timeout(PATIENCE):
                while not bob.heard:  # noqa: ASYNC110 - he listens from about here on
                    await asyncio.sleep(0.02)
            first = bob.heard[0]
            for _ in range(KILLS):
                await author.busy()
                await asyncio.to_thread(service.kill, api)
            await author.busy()
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            known = author.posts[author.posts.index(first) :]
            async with asyncio.timeout(PATIENCE):
                # What the killed process had taken to be told, another takes over in a while.
                while set(known) - set(bob.heard):  # noqa: ASYNC110 - it is on its way
                    await asyncio.sleep(0.05)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        assert bob.connected == KILLS + 1
        assert bob.gaps == 0, "the cache server lived: nothing was lost"
        # One more may have been made whose answer never came.
        assert len(bob.heard) == len(set(bob.heard)) <= len(known) + 1
