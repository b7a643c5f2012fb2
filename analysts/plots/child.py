"""The process that draws for the API: one job from standard input, a file to standard output."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections.abc import Sequence
from pathlib import Path

from analysts.runs.run import Result
from graph.errors import Internal

ROOT = Path(__file__).resolve().parents[2]


async def plotted(form: str, result: Result, names: Sequence[str]) -> bytes:
    """Ended at once when its caller goes."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "analysts.plots.child"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        picture, _ = await process.communicate(pickle.dumps((form, result, names), protocol=5))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise Internal("The process that draws ended without a picture.")
    return picture


def main() -> None:
    from analysts.plots.plot import plot  # what draws is heavy

    form, result, names = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(plot(form, result, names))


if __name__ == "__main__":
    main()
