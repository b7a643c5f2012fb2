"""Keeps one program running: starts it, asks it now and then, starts it again when it died."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable

from graph.stores.embedded import Child, Program, ServersError

WATCH_SECONDS = 0.05
ASK_SECONDS = 1.0
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 3.0
# Who ran this long did not fail at starting: the next pause is the first one again.
STEADY_SECONDS = 20.0
# Starts that may fail before the very first success: then the service as a whole has failed.
FIRST_STARTS = 3


class Keeper:
    def __init__(self, program: Program, started: Callable[[str, int], None]) -> None:
        self.program = program
        self.ready = asyncio.Event()
        self._started = started
        self._child: Child | None = None

    async def run(self) -> None:
        """Until cancelled. Raises ServersError only if it never came up."""
        pause, failures = FIRST_PAUSE, 0
        while True:
            began = time.monotonic()
            self._child = child = Child(self.program)
            self._started(self.program.name, child.pid)
            wrong = await self._came_up(child)
            if wrong is None:
                self.ready.set()
                wrong = await self._became_unwell(child)
            elif not self.ready.is_set():
                failures += 1
                if failures >= FIRST_STARTS:
                    raise ServersError(wrong)
            child.kill()
            steady = time.monotonic() - began > STEADY_SECONDS
            pause = FIRST_PAUSE if steady else min(pause * 2, LONGEST_PAUSE)
            print(f"{wrong} It is started again.", file=sys.stderr, flush=True)
            await asyncio.sleep(pause)

    def ask_to_stop(self) -> None:
        if self._child:
            self._child.ask_to_stop()

    @property
    def stopped(self) -> bool:
        return self._child is None or not self._child.alive

    def kill(self) -> None:
        if self._child:
            self._child.kill()

    async def _came_up(self, child: Child) -> str | None:
        """None once it answers, else what is wrong."""
        ends = time.monotonic() + self.program.start_seconds
        while not await asyncio.to_thread(self.program.answers):
            if not child.alive:
                return child.last_words("ended while it started")
            if time.monotonic() > ends:
                return child.last_words("did not answer in time")
            await asyncio.sleep(WATCH_SECONDS)
        return None

    async def _became_unwell(self, child: Child) -> str:
        last_answer = asked = time.monotonic()
        while child.alive:
            await asyncio.sleep(WATCH_SECONDS)
            now = time.monotonic()
            if now - asked >= ASK_SECONDS:
                if await asyncio.to_thread(self.program.answers):
                    last_answer = time.monotonic()
                asked = time.monotonic()
                if asked - last_answer > self.program.silent_seconds:
                    return f"{self.program.name} stopped answering."
        return f"{self.program.name} ended."
