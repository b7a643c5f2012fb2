"""Ends the work of a request when its client goes away."""

from __future__ import annotations

import asyncio
from types import TracebackType

from starlette.types import Receive

from web.parameters import ClientGone

# Most requests are answered sooner, and need no task that listens.
PATIENCE_SECONDS = 0.02


class Watch:
    """Cancels the task it was entered in once the client has gone; raises ClientGone then.

    Enter it after the body was read: it takes over `receive`.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._gone = False

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._listener: asyncio.Task[None] | None = None
        self._timer = loop.call_later(PATIENCE_SECONDS, self._begin, loop)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        if self._listener is not None:
            self._listener.cancel()
        if self._gone:
            # Ours is taken back; a cancellation by somebody else goes on.
            others = self._task.uncancel()
            if kind is None or (issubclass(kind, asyncio.CancelledError) and not others):
                raise ClientGone from None

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        self._listener = loop.create_task(self._listen())

    async def _listen(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        self._task.cancel()
