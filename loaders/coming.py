"""What comes from a source, read and understood in a thread, while what came before is written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from loaders.chunks import Place
from loaders.planning import Plan, plan
from loaders.reading import Reader, open_source
from loaders.sources import Source


@asynccontextmanager
async def opened(source: Source, stop: asyncio.Event | None = None) -> AsyncIterator[Reader]:
    """Whoever waits for more of it gets GivenUp when somebody asks to stop."""
    watching = asyncio.create_task(_watch(source, stop)) if stop else None
    try:
        reader = await asyncio.to_thread(open_source, source)
        try:
            yield reader
        finally:
            reader.close()
    finally:
        if watching:
            watching.cancel()
        _give_up(source)


async def _watch(source: Source, stop: asyncio.Event) -> None:
    await stop.wait()
    _give_up(source)


async def plans(reader: Reader, source: Source, place: Place) -> AsyncGenerator[Plan, None]:
    """Of each of its chunks from there on."""
    chunks = reader.chunks(place)

    def work() -> Plan | None:
        chunk = next(chunks, None)
        return None if chunk is None else plan(source.rule, chunk, reader.names)

    ahead = asyncio.create_task(asyncio.to_thread(work))
    try:
        # Whoever gives up waiting for it leaves it under way.
        while (planned := await asyncio.shield(ahead)) is not None:
            ahead = asyncio.create_task(asyncio.to_thread(work))
            yield planned
    finally:
        # A thread reads on, whatever becomes of who waits for it.
        _give_up(source)
        await asyncio.wait([ahead])
        if not ahead.cancelled():
            ahead.exception()


def _give_up(source: Source) -> None:
    """Nobody may have anything more to say to a thread that waits for it."""
    if source.pipe:
        source.pipe.give_up()
