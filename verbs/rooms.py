"""What verbs that need a graph have in common: attach, open the rooms, work, close them again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from graph.stores.embedded import Connection, attach
from rooms import Rooms, opened
from settings import Settings


def in_rooms(settings: Settings, verb: str, work: Callable[[Rooms], Awaitable[int]]) -> int:
    """The exit code of `work`."""
    with attach(settings, verb) as where:
        return asyncio.run(_within(settings, where, work))


async def _within(
    settings: Settings, where: Connection, work: Callable[[Rooms], Awaitable[int]]
) -> int:
    async with opened(settings, where) as rooms:
        return await work(rooms)
