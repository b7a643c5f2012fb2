"""The process that computes. It can be ended at any moment, whatever library is at work in it.

It reads one job from standard input, pickled by its parent, and writes frames to standard output.
When its parent is gone, it goes too.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
import threading
from collections.abc import Callable
from typing import IO, Any

Tell = Callable[[float], None]
LENGTH = struct.Struct("<Q")


def put(stream: IO[bytes], value: Any) -> None:
    body = pickle.dumps(value, protocol=5)
    stream.write(LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is a note, not an answer
    (length,) = LENGTH.unpack(sys.stdin.buffer.read(LENGTH.size))
    name, graph, options = pickle.loads(sys.stdin.buffer.read(length))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    put(answers, _computed(name, graph, options, lambda share: put(answers, ("share", share))))


def _computed(name: str, graph: Any, options: Any, tell: Tell) -> tuple[Any, ...]:
    from algorithms.errors import NoAnswer, NotConverged
    from analysts.runs.catalogue import ALGORITHMS

    try:
        return "done", ALGORITHMS[name].compute(graph, options, tell)
    except (NoAnswer, NotConverged) as none:
        return "none", f"{none}"
    except MemoryError:
        return "none", "there is not enough memory"


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
