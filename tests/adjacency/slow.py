"""A line to the cache on which everything the server says arrives late, in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


@asynccontextmanager
async def slow_line(url: str, seconds: float) -> AsyncIterator[str]:
    """The address to use instead."""
    to = urlsplit(url)
    pumps: set[asyncio.Task[None]] = set()

    async def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection(to.hostname, to.port)
        for source, sink, delay in (
            (reader, server_writer, 0.0),
            (server_reader, writer, seconds),
        ):
            pumps.add(asyncio.create_task(_pump(source, sink, delay)))

    server = await asyncio.start_server(joined, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield url.replace(f":{to.port}", f":{port}")
    finally:
        server.close()
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, delay: float) -> None:
    loop = asyncio.get_running_loop()
    try:
        while data := await source.read(65_536):
            loop.call_later(delay, sink.write, data)
    finally:
        sink.close()
