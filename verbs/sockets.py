"""How uvicorn speaks WebSocket here: no compression, and no waiting for who does not read."""

from __future__ import annotations

from typing import Any

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# What a client asks fits in; what we send is not bounded by it.
MAX_MESSAGE = 1 << 20
PING_SECONDS = 20.0
# A closed connection whose client takes nothing any more is not kept longer.
LINGER_SECONDS = 5.0


class Sockets(WebSocketsSansIOProtocol):
    async def send(self, message: ASGISendEvent) -> None:
        if message["type"] == "websocket.close":
            self.writable.set()  # behind what was sent, however full the buffer is
        await super().send(message)

    async def run_asgi(self) -> None:
        await super().run_asgi()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)


# Compression costs 300 KiB a socket, and our events are small.
WEBSOCKETS: dict[str, Any] = {
    "ws": Sockets,
    "ws_per_message_deflate": False,
    "ws_max_size": MAX_MESSAGE,
    "ws_ping_interval": PING_SECONDS,
    "ws_ping_timeout": PING_SECONDS,
}
