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
Tick = Callable[[float], None]


async def compute(
    name: str, graph: Csr, options: Options, seconds: float, tick: Tick = lambda _: None
) -> Outcome:
    """`tick` is told each second how long it has taken."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "analysts.runs.child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    watch = asyncio.create_task(_watch(tick))
    try:
        async with asyncio.timeout(seconds):
            return _judged(await _asked(process, (name, graph, options)))
    except TimeoutError:
        raise DeadlineExceeded(
            f"{name} took longer than {seconds:g} s: AMITY_ANALYZE_SECONDS allows more."
        ) from None
    finally:
        watch.cancel()
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _asked(process: asyncio.subprocess.Process, job: Any) -> tuple[Any, ...]:
    assert process.stdin
    assert process.stdout
    body = pickle.dumps(job, protocol=5)
    try:
        process.stdin.writelines((LENGTH.pack(len(body)), body))
        await process.stdin.drain()
        (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
        answer: tuple[Any, ...] = pickle.loads(await process.stdout.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        raise Internal("The process that computed ended without an answer.") from None
    return answer


def _judged(answer: tuple[Any, ...]) -> Outcome:
    match answer:
        case ("done", Outcome() as outcome, _):
            return outcome
        case (_, sentence):
            raise BadInput(f"There is no answer: {sentence}.")
    raise Internal("The process that computed answered something else.")


async def _watch(tick: Tick) -> None:
    began = time.monotonic()
    while True:
        await asyncio.sleep(1)
        tick(time.monotonic() - began)
