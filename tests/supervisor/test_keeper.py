"""Keeping one program: started again when it falls silent, given up if it never came up."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from graph.stores.embedded import Program, ServersError
from verbs.keeper import Keeper

pytestmark = pytest.mark.anyio
SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")


class Watched:
    """A keeper of a sleeping process that answers while it is told to."""

    def __init__(self, command: tuple[str, ...] = SLEEP, answers: bool = True) -> None:
        self.answers = answers
        self.started: list[int] = []
        self.again = asyncio.Event()
        program = Program("sleeper", command, None, lambda: self.answers, silent_seconds=0.1)
        self.keeper = Keeper(program, self._note)

    def _note(self, _: str, pid: int) -> None:
        self.started.append(pid)
        self.answers = True
        if len(self.started) == 2:
            self.again.set()


async def stop(task: asyncio.Task[None], watched: Watched) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    watched.keeper.kill()
    assert watched.keeper.stopped


async def test_whoever_falls_silent_is_started_again() -> None:
    watched = Watched()
    task = asyncio.create_task(watched.keeper.run())
    await watched.keeper.ready.wait()
    watched.answers = False
    async with asyncio.timeout(30):
        await watched.again.wait()
    await stop(task, watched)
    assert watched.started[0] != watched.started[1]


async def test_whoever_never_came_up_is_given_up(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = (sys.executable, "-c", "print('no such thing'); raise SystemExit(4)")
    program = Program("sleeper", command, log, lambda: False)
    with pytest.raises(ServersError, match="ended while it started") as gave_up:
        await Keeper(program, lambda name, pid: None).run()
    assert "no such thing" in str(gave_up.value)
