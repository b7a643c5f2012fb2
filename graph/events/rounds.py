"""A worker's life: round after round, resting when there is nothing to do, patient with servers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from graph.errors import DeadlineExceeded, Unavailable
from graph.events.retries import Pace

STOP_SECONDS = 1.0
# Nobody's fault but the servers': they are waited for as long as it takes.
AWAY = (Unavailable, DeadlineExceeded)


class Rounds:
    def __init__(
        self,
        name: str,
        once: Callable[[], Awaitable[bool]],
        pace: Pace,
        log: logging.Logger,
    ) -> None:
        """`once` is one round, and answers whether the next can begin at once."""
        self._name, self._once, self._pace, self._log = name, once, pace, log
        self._kicked = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._stopping = False

    def kick(self) -> None:
        """There is something to do."""
        self._kicked.set()

    async def start(self) -> None:
        self._stopping = False
        self._loop = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """Ends the round under way, and cuts it short where that takes too long."""
        self._stopping = True
        self._kicked.set()
        if self._loop is not None:
            await asyncio.wait({self._loop}, timeout=STOP_SECONDS)
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
            self._loop = None

    async def _run(self) -> None:
        failures = 0
        while not self._stopping:
            more = False
            try:
                more = await self._once()
                failures = 0
            except AWAY as error:
                failures += 1
                self._log.warning("%s waits: %s", self._name, error)
            except Exception:  # noqa: BLE001 - logged, and tried again
                failures += 1
                self._log.exception("a round failed: %s", self._name)
            if failures:
                await asyncio.sleep(self._pace.pause(failures))
            elif not more:
                await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._pace.sweep):
                await self._kicked.wait()
            await asyncio.sleep(self._pace.gather)
        except TimeoutError:
            pass  # time to look for what nobody told us of
        self._kicked.clear()
