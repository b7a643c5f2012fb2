"""One library at one algorithm, in a process of its own: seconds and peak memory.

    python -m benchmarks.contender LIBRARY ALGORITHM EDGES.npy

The graph stands ready in the library's own form before anything is timed, ours as a snapshot, and
what is compiled on first use is compiled. Each line that is read is a run, and is answered by its
seconds; at the end comes the largest memory that the process ever had, in MiB.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.libraries import FIRST, LIBRARIES


def main() -> None:
    library, algorithm, path = sys.argv[1:4]
    run: Callable[[], Any] = LIBRARIES[library](np.load(path))[algorithm]()
    if library in FIRST:
        run()
    print("ready", flush=True)
    for _ in sys.stdin:
        began = time.perf_counter()
        run()
        print(time.perf_counter() - began, flush=True)
    print(_peak(), flush=True)


def _peak() -> float:
    """Of this program alone: what `getrusage` says begins with what its parent had."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return float("nan")


if __name__ == "__main__":
    main()
