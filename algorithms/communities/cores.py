"""Cores: the k-core is what remains when whoever has fewer than k neighbours is taken away. Pure.

V. Batagelj, M. Zaversnik: An O(m) algorithm for cores decomposition of networks, 2003.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from algorithms.csr import Csr, Ints
from algorithms.kernels import kernel


def core_numbers(graph: Csr) -> Ints:
    """The largest k of whose core each node is; loops are no neighbours.

    Of a directed graph both what leaves and what arrives counts.

    >>> from algorithms.csr import from_edges
    >>> kite = np.array([0, 1, 2, 2]), np.array([1, 2, 0, 3])
    >>> core_numbers(from_edges(*kite, nodes=4, directed=False)).tolist()
    [2, 2, 2, 1]
    """
    graph = graph.without_loops()
    back = graph.reversed() if graph.directed else Csr(graph.starts * 0, graph.targets[:0])
    return _cores(graph.starts, graph.targets, back.starts, back.targets)


@kernel
def _cores(
    starts: NDArray[np.int64],
    targets: NDArray[np.int32],
    back_starts: NDArray[np.int64],
    back_targets: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Nodes stand sorted by degree; who loses a neighbour moves to the front of its degree."""
    nodes = len(starts) - 1
    degree = (starts[1:] - starts[:-1]) + (back_starts[1:] - back_starts[:-1])
    most = 0
    for node in range(nodes):
        most = max(most, degree[node])
    begin = np.zeros(most + 2, np.int64)
    for node in range(nodes):
        begin[degree[node] + 1] += 1
    for value in range(most + 1):
        begin[value + 1] += begin[value]
    fill = begin[:-1].copy()
    order = np.empty(nodes, np.int64)
    place = np.empty(nodes, np.int64)
    for node in range(nodes):
        place[node] = fill[degree[node]]
        order[place[node]] = node
        fill[degree[node]] += 1
    for at in range(nodes):
        node = order[at]
        for way in range(2):
            first = starts[node] if way == 0 else back_starts[node]
            last = starts[node + 1] if way == 0 else back_starts[node + 1]
            for arc in range(first, last):
                other = targets[arc] if way == 0 else back_targets[arc]
                if degree[other] > degree[node]:
                    front = begin[degree[other]]
                    moved = order[front]
                    order[front], order[place[other]] = other, moved
                    place[moved], place[other] = place[other], front
                    begin[degree[other]] += 1
                    degree[other] -= 1
    return degree
