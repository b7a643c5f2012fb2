"""Loops that numpy has no words for, compiled on first use and kept beside the code.

A kernel takes and fills plain arrays, lets other threads run, and is as deterministic as its text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    try:
        return cast(F, njit(cache=True, nogil=True)(function))
    except RuntimeError:  # nowhere to keep it: a read-only file system without a home
        return cast(F, njit(nogil=True)(function))
