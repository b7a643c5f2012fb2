"""Asking a server that may be away for a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from graph.errors import DeadlineExceeded, Unavailable

T = TypeVar("T")

# A server that was killed is back within this; longer, and the import stops, to be resumed.
PATIENCE = 60.0


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Again while the server is away: a step that was done is not done twice."""
    loop = asyncio.get_running_loop()
    ends, wait = 0.0, 0.1
    while True:
        try:
            return await ask()
        except (Unavailable, DeadlineExceeded):
            # From the first failure on: what it did before may have taken long.
            ends = ends or loop.time() + PATIENCE
            if loop.time() + wait > ends:
                raise
        await asyncio.sleep(wait)
        wait = min(2.0, wait * 2)
