"""What waits to be sent to one client, in order and bounded: who reads too slowly is cut off."""

from __future__ import annotations

import asyncio
import time

# More than an inbox keeps, so that a resumed client gets all of it in one go.
MESSAGES = 1_024
BYTES = 512 << 10
# What was not taken for so long will not be.
STUCK_SECONDS = 20.0


class Outgoing:
    __slots__ = ("_bytes", "_messages", "_since", "_waiter", "sent")

    def __init__(self) -> None:
        # Mostly empty, and short otherwise: an empty deque has half a KiB, for each of thousands.
        self._messages: list[str] = []
        self._bytes = 0
        self._waiter: asyncio.Future[None] | None = None
        self._since = 0.0  # when the oldest was put here
        self.sent = 0

    def put(self, message: str) -> bool:
        """False where there is no room: the client is too slow."""
        if len(self._messages) >= MESSAGES or self._bytes + len(message) > BYTES:
            return False
        if not self._messages:
            self._since = time.monotonic()
        self._messages.append(message)
        self._bytes += len(message)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        return True

    @property
    def stuck(self) -> bool:
        return bool(self._messages) and time.monotonic() - self._since > STUCK_SECONDS

    async def wait(self) -> None:
        """Until there is something."""
        if not self._messages:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter

    def take(self) -> str | None:
        """The next one, if there is one. What is being sent counts as waiting until it was."""
        return self._messages[0] if self._messages else None

    def done(self) -> None:
        """The one that was taken is sent."""
        self._bytes -= len(self._messages.pop(0))
        self._since = time.monotonic()
        self.sent += 1
