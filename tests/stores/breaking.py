"""A proxy on loopback that cuts a Bolt connection at its next commit."""

from __future__ import annotations

import asyncio
from types import TracebackType
from urllib.parse import urlsplit

COMMIT = b"\x00\x02\xb0\x12\x00\x00"  # one Bolt message, in its chunk


class Breaking:
    """`cut` = "before": the commit never arrives. "after": it does, and its answer is lost."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._tasks: set[asyncio.Task[None]] = set()
        self.cut: str | None = None
        self.cuts = 0
        self.url = ""

    async def __aenter__(self) -> Breaking:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"bolt://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = self._target.hostname, self._target.port
        back, forth = await asyncio.open_connection(host, port)
        answers = asyncio.get_running_loop().create_task(self._pass(back, writer))
        try:
            while data := await reader.read(65_536):
                if self.cut and COMMIT in data:
                    await self._break(data, forth, answers)
                    return
                forth.write(data)
                await forth.drain()
        finally:
            answers.cancel()
            writer.close()
            forth.close()

    async def _break(
        self, data: bytes, forth: asyncio.StreamWriter, answers: asyncio.Task[None]
    ) -> None:
        how, self.cut = self.cut, None
        self.cuts += 1
        if how == "after":
            answers.cancel()
            forth.write(data)
            await forth.drain()
            # Long enough for the server to commit; it is asked afterwards whether it did.
            await asyncio.sleep(0.3)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
