"""The time a caller has left, carried by context so that no signature has to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ends: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """What runs inside has at most this long; an outer, earlier deadline stays."""
    mine = time.monotonic() + seconds
    outer = _ends.get()
    token = _ends.set(mine if outer is None else min(mine, outer))
    try:
        yield
    finally:
        _ends.reset(token)


def remaining(default: float) -> float:
    """Seconds left, or `default` where nobody set a deadline."""
    ends = _ends.get()
    return default if ends is None else max(0.0, ends - time.monotonic())
