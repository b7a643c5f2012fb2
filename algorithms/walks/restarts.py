"""Random walks with restart, with a fixed number of steps: who is near, at a price known before.

A walk goes on along a random arc, or begins anew at the source; how often each node is come upon is
how near it is. C. Eksombatchai and others: Pixie, a system for recommending 3+ billion items to
200+ million users in real-time. WWW, 2018. Repeatable by seed. Pure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from algorithms.csr import Csr, Floats
from algorithms.kernels import kernel

STEPS = 100_000
RESTART = 0.5
SEEDS = 2**32 - 1


def walk(
    graph: Csr, source: int, steps: int = STEPS, restart: float = RESTART, seed: int = 1
) -> Floats:
    """The share of all steps that end at each node; the source has none.

    >>> from algorithms.csr import from_edges
    >>> fork = from_edges(np.array([0, 0]), np.array([1, 2]), nodes=4)
    >>> walk(fork, 0, steps=100_000).round(1).tolist()
    [0.0, 0.5, 0.5, 0.0]
    """
    visits = _walk(graph.starts, graph.targets, source, steps, restart, seed & SEEDS)
    visits[source] = 0
    total = visits.sum()
    return visits / total if total else visits.astype(np.float64)


@kernel
def _walk(
    starts: NDArray[np.int64],
    targets: NDArray[np.int32],
    source: int,
    steps: int,
    restart: float,
    seed: int,
) -> NDArray[np.int64]:
    visits = np.zeros(len(starts) - 1, np.int64)
    np.random.seed(seed)  # this thread's dice, not numpy's
    node = source
    for _ in range(steps):
        degree = starts[node + 1] - starts[node]
        if degree == 0:
            if node == source:
                break
            node = source
            continue
        node = targets[starts[node] + np.random.randint(0, degree)]
        visits[node] += 1
        if np.random.random() < restart:
            node = source
    return visits
