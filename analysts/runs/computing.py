"""Computing in a process of its own: Ctrl-C, a limit or a lost caller end it at once."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from algorithms.csr import Csr
from analysts.runs.child import LENGTH
from analysts.runs.values import Options, Outcome
from graph.errors import BadInput, DeadlineExceeded, Internal

ROOT = Path(__file__).resolve().parents[2]
# How long it has taken, and which share is done where that is known.
Tick = Callable[[float, float | None], None]


async def compute(name: str, graph: Csr, options: Options, seconds: float, tick: Tick) -> Outcome:
    """`tick` is told each second how it stands."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "analysts.runs.child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    share: list[float] = []
    watch = asyncio.create_task(_watch(tick, share))
    try:
        async with asyncio.timeout(seconds):
            await _ask(process, (name, graph, options))
            return await _answer(process, share)
    except TimeoutError:
        raise DeadlineExceeded(
            f"{name} took longer than {seconds:g} s: AMITY_ANALYZE_SECONDS allows more."
        ) from None
    except (asyncio.IncompleteReadError, ConnectionError):
        raise Internal("The process that computed ended without an answer.") from None
    finally:
        watch.cancel()
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _ask(process: asyncio.subprocess.Process, job: Any) -> None:
    assert process.stdin
    body = pickle.dumps(job, protocol=5)
    process.stdin.writelines((LENGTH.pack(len(body)), body))
    await process.stdin.drain()


async def _answer(process: asyncio.subprocess.Process, share: list[float]) -> Outcome:
    """The first frame that is not about progress."""
    assert process.stdout
    while True:
        (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
        match pickle.loads(await process.stdout.readexactly(length)):
            case ("share", float() as done):
                share[:] = [done]
            case ("done", Outcome() as outcome):
                return outcome
            case ("none", str() as sentence):
                raise BadInput(f"There is no answer: {sentence}.")


async def _watch(tick: Tick, share: list[float]) -> None:
    began = time.monotonic()
    while True:
        await asyncio.sleep(1)
        tick(time.monotonic() - began, share[0] if share else None)
