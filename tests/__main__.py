"""Every test, in two processes at once: `python -m tests`, with whatever pytest is to be told.

One process leaves more than half of two cores idle: it waits for servers, and they for it. What
the second one says is printed after the first's end; the last lines count both. docs/decisions
says what else was compared.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

from tests.support.halves import HALVES
from tests.support.tallies import Tally

NOTHING_COLLECTED = 5


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, _ended)
    with tempfile.TemporaryDirectory(prefix="amity-tests-") as folder:
        try:
            codes = _run_both(Path(folder), arguments)
        except KeyboardInterrupt:
            return 128 + signal.SIGINT
        print("\n".join(_tally(Path(folder)).lines()), flush=True)
    return outcome(codes)


def outcome(codes: Sequence[int]) -> int:
    """Of both: the first that is not well. A half may have nothing to do, if the other has."""
    bad = [code for code in codes if code not in (0, NOTHING_COLLECTED)]
    if bad:
        return bad[0] if bad[0] > 0 else 1  # less than 0: killed
    return max(codes) if all(codes) else 0


def _run_both(folder: Path, arguments: Sequence[str]) -> list[int]:
    first, second = HALVES
    with (folder / "output").open("w+b") as output, ExitStack() as stack:
        print(f"Tests on {first}, and meanwhile the {second}:", flush=True)
        running = [
            stack.enter_context(_half(folder, first, arguments)),
            stack.enter_context(_half(folder, second, arguments, output)),
        ]
        codes = [process.wait() for process in running]
        output.seek(0)
        print(f"\nThe {second}:", flush=True)
        shutil.copyfileobj(output, sys.stdout.buffer)
    return codes


@contextmanager
def _half(
    folder: Path, half: str, arguments: Sequence[str], output: IO[bytes] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "pytest", f"--half={half}", f"--tally={folder / half}"]
    process = subprocess.Popen([*command, *arguments], stdout=output, stderr=output)
    try:
        yield process
    except KeyboardInterrupt:
        process.wait()  # it was interrupted too, and closes what it opened
        raise
    except BaseException:
        process.terminate()
        process.wait()
        raise


def _tally(folder: Path) -> Tally:
    both = Tally()
    for half in HALVES:
        if (folder / half).exists():
            both.add_all((folder / half).read_text())
    return both


def _ended(signum: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + signum)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
