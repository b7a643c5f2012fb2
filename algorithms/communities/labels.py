"""Label propagation: everybody takes the label that most neighbours have. Pure.

All at once, and of equally frequent labels the smallest, so that it needs no dice: as in LDBC
Graphalytics. Each direction of an arc is a neighbour. U. N. Raghavan, R. Albert, S. Kumara: Near
linear time algorithm to detect community structures. Physical Review E 76, 2007.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from algorithms.csr import Csr, Ints
from algorithms.kernels import kernel

ROUNDS = 10


def propagate(graph: Csr, labels: Ints | None = None, rounds: int = ROUNDS) -> Ints:
    """The label of each node after so many rounds, or as soon as none changes.

    Everybody begins with a label of their own, if no others are given.

    >>> from algorithms.csr import from_edges
    >>> two = np.array([0, 1, 2, 3, 4, 5]), np.array([1, 2, 0, 4, 5, 3])
    >>> propagate(from_edges(*two, nodes=6, directed=False)).tolist()
    [0, 0, 0, 3, 3, 3]
    """
    found = np.arange(graph.nodes) if labels is None else labels.astype(np.int64)
    back = graph.reversed() if graph.directed else Csr(graph.starts * 0, graph.targets[:0])
    names, found = np.unique(found, return_inverse=True)
    for _ in range(rounds):
        last, found = found, _vote(graph.starts, graph.targets, back.starts, back.targets, found)
        if np.array_equal(last, found):
            break
    return names[found] if len(names) else np.empty(0, np.int64)


@kernel
def _vote(
    starts: NDArray[np.int64],
    targets: NDArray[np.int32],
    back_starts: NDArray[np.int64],
    back_targets: NDArray[np.int32],
    labels: NDArray[np.int64],
) -> NDArray[np.int64]:
    nodes = len(labels)
    chosen = labels.copy()
    votes = np.zeros(nodes, np.int64)
    for node in range(nodes):
        best, most = np.int64(-1), 0
        for way in range(2):
            first = starts[node] if way == 0 else back_starts[node]
            last = starts[node + 1] if way == 0 else back_starts[node + 1]
            for at in range(first, last):
                label = labels[targets[at] if way == 0 else back_targets[at]]
                votes[label] += 1
                if votes[label] > most or (votes[label] == most and label < best):
                    best, most = label, votes[label]
        for way in range(2):
            first = starts[node] if way == 0 else back_starts[node]
            last = starts[node + 1] if way == 0 else back_starts[node + 1]
            for at in range(first, last):
                votes[labels[targets[at] if way == 0 else back_targets[at]]] = 0
        if most:
            chosen[node] = best
    return chosen
