"""The whole service on a port of its own, and clients that speak its protocols from scratch."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from graph.events.stream import STREAM
from rooms import Rooms, furnish
from server import services
from settings import Settings
from tests.servers.embedded import EmbeddedServers
from verbs.api import Server
from verbs.sockets import WEBSOCKETS
from verbs.token import token_for
from web.app import build_app

PATIENCE = 20.0
INBOX = """subscription($after: String) { inbox(after: $after) { __typename
  ... on Followed { seq by { username } }
  ... on FollowRequested { seq by { username } }
  ... on FollowAccepted { seq by { username } }
  ... on FeedPost { seq post { text author { username } } }
  ... on PostChanged { seq post { text } }
  ... on PostRemoved { seq id }
  ... on PostLiked { seq post { text likeCount } by { username } count }
  ... on PostReplied { seq post { text } reply { text author { username } } }
  ... on PostShared { seq post { text } share { text author { username } } }
  ... on Gap { seq missed } } }"""


@dataclass(frozen=True)
class Served:
    url: str
    settings: Settings
    rooms: Rooms
    server: uvicorn.Server

    def token(self, name: str, ttl: int = 3600) -> str:
        return token_for(self.settings, name, ttl=ttl)

    @asynccontextmanager
    async def socket(
        self, name: str | None = None, token: str | None = None
    ) -> AsyncIterator[Socket]:
        """Acknowledged already, if it speaks for somebody."""
        at = self.url.replace("http://", "ws://")
        async with connect(
            f"{at}/graphql", subprotocols=["graphql-transport-ws"], compression=None, proxy=None
        ) as connection:
            made = Socket(connection)
            token = token or (self.token(name) if name else None)
            if token:
                await made.send("connection_init", payload={"authorization": f"Bearer {token}"})
                assert await made.receive() == {"type": "connection_ack"}
            yield made

    async def metrics(self) -> dict[str, float]:
        async with httpx.AsyncClient(trust_env=False) as http:
            text = (await http.get(f"{self.url}/metrics")).text
        lines = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, value in lines}

    async def ready(self) -> None:
        """Until every server it needs has answered it."""
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(trust_env=False) as http:
            while not (await http.get(f"{self.url}/readyz")).is_success:  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def listening(self, many: int) -> None:
        """Until so many listen."""
        async with asyncio.timeout(PATIENCE):
            while (await self.metrics())["amity_live_listeners"] != many:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def settled(self) -> None:
        """Until all that was committed so far was told to whom it concerns."""
        async with asyncio.timeout(PATIENCE):
            while await self._waiting():  # noqa: ASYNC110 - nobody could tell us
                await asyncio.sleep(0.01)

    async def _waiting(self) -> bool:
        """Events in the outbox first: what leaves it is in the stream before."""
        if (await self.rooms.store.backlog()).waiting:
            return True
        groups = await self.rooms.cache.ask("XINFO", "GROUPS", STREAM)
        theirs = [one for one in groups if one[b"name"] == b"inboxes"]
        return not theirs or any(one[b"lag"] or one[b"pending"] for one in theirs)


@dataclass
class Socket:
    connection: ClientConnection

    async def send(self, type_: str, id: str | None = None, payload: Any = None) -> None:
        said = {"id": id, "type": type_, "payload": payload}
        await self.connection.send(json.dumps({k: v for k, v in said.items() if v is not None}))

    async def receive(self) -> Any:
        """The next message, heartbeats aside."""
        async with asyncio.timeout(PATIENCE):
            while True:
                said = json.loads(await self.connection.recv())
                if said != {"type": "ping"}:
                    return said

    async def subscribe(self, after: str | None = None, id: str = "1", query: str = INBOX) -> None:
        payload = {"query": query, "variables": {"after": after}}
        await self.send("subscribe", id, payload)

    async def event(self, id: str = "1") -> Any:
        said = await self.receive()
        assert (said["type"], said["id"]) == ("next", id), said
        assert "errors" not in said["payload"], said
        return said["payload"]["data"]["inbox"]

    async def closed(self) -> int | None:
        """The code it is closed with, whatever came before."""
        with contextlib.suppress(ConnectionClosed):
            async with asyncio.timeout(PATIENCE):
                while True:
                    await self.connection.recv()
        return self.connection.close_code


@asynccontextmanager
async def served(embedded: EmbeddedServers, **changes: Any) -> AsyncIterator[Served]:
    """The service over the embedded servers of the tests; changes are settings."""
    settings = replace(embedded.settings, **changes)
    rooms = furnish(settings, embedded.connection)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            build_app(services(settings, rooms)),
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
            lifespan="on",
            **WEBSOCKETS,
        )
        server = Server(config)
        serving = asyncio.create_task(server._serve([bound]))
        while not server.started and not serving.done():  # noqa: ASYNC110  # it tells nobody
            await asyncio.sleep(0.005)
        made = Served(f"http://127.0.0.1:{bound.getsockname()[1]}", settings, rooms, server)
        try:
            await made.ready()
            yield made
        finally:
            server.should_exit = True
            await serving
