"""The same work from many nodes, a piece at a time, on every core.

Pieces do not depend on how many cores there are, and are answered in order: sums of floating point
numbers are the same everywhere.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from numpy.typing import NDArray

T = TypeVar("T")
Tell = Callable[[float], None]  # which share is done


def quiet(share: float) -> None:
    """For whom nobody waits."""


def in_pieces(
    nodes: NDArray[Any], size: int, work: Callable[[NDArray[Any]], T], tell: Tell = quiet
) -> Iterator[T]:
    """`work` of each piece; it must let other threads run."""
    pieces = [nodes[start : start + size] for start in range(0, len(nodes), size)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, done in enumerate(pool.map(work, pieces), 1):
            yield done
            tell(number / len(pieces))
