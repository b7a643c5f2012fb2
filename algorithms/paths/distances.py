"""How far everybody is from one node: in steps, or by weight. Pure.

E. F. Moore: The shortest path through a maze, 1959. E. W. Dijkstra: A note on two problems in
connexion with graphs. Numerische Mathematik 1, 1959.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from algorithms.csr import Csr, Floats, Nodes
from algorithms.kernels import kernel


def steps_from(graph: Csr, source: int) -> Nodes:
    """The fewest arcs from the source to each node; -1 where none lead.

    >>> from algorithms.csr import from_edges
    >>> steps_from(from_edges(np.array([0, 1]), np.array([1, 2]), nodes=4), 0).tolist()
    [0, 1, 2, -1]
    """
    distance = np.full(graph.nodes, -1, np.int32)
    bfs(graph.starts, graph.targets, source, distance, np.empty(graph.nodes, np.int32))
    return distance


def distances_from(graph: Csr, source: int) -> Floats:
    """The least weight on a way from the source to each node; infinite where there is none.

    >>> from algorithms.csr import from_edges
    >>> weights = np.array([5.0, 1.0, 1.0])
    >>> graph = from_edges(np.array([0, 0, 1]), np.array([2, 1, 2]), 4, weights)
    >>> distances_from(graph, 0).tolist()
    [0.0, 1.0, 2.0, inf]
    """
    if graph.weights is None:
        steps = steps_from(graph, source)
        return np.where(steps < 0, np.inf, steps)
    if graph.arcs and graph.weights.min() < 0:
        raise ValueError("a weight is negative")
    distance = np.full(graph.nodes, np.inf)
    dijkstra(
        graph.starts,
        graph.targets,
        graph.weights,
        source,
        distance,
        np.empty(graph.nodes, np.int32),
    )
    return distance


@kernel
def bfs(
    starts: NDArray[np.int64],
    targets: NDArray[np.int32],
    source: int,
    distance: NDArray[np.int32],
    order: NDArray[np.int32],
) -> int:
    """Fills `distance` (-1 before) and `order`; answers how many were reached."""
    order[0] = source
    distance[source] = 0
    reached = 1
    at = 0
    while at < reached:
        node = order[at]
        at += 1
        far = distance[node] + 1
        for arc in range(starts[node], starts[node + 1]):
            other = targets[arc]
            if distance[other] < 0:
                distance[other] = far
                order[reached] = other
                reached += 1
    return reached


@kernel
def dijkstra(
    starts: NDArray[np.int64],
    targets: NDArray[np.int32],
    weights: NDArray[np.float64],
    source: int,
    distance: NDArray[np.float64],
    order: NDArray[np.int32],
) -> int:
    """The same by weight; `distance` is infinite before, `order` ascends by it."""
    keys = np.empty(len(targets) + 1, np.float64)
    nodes = np.empty(len(targets) + 1, np.int32)
    settled = np.zeros(len(starts) - 1, np.bool_)
    keys[0], nodes[0] = 0.0, source
    distance[source] = 0.0
    size, reached = 1, 0
    while size:
        node = nodes[0]
        size -= 1
        _sink(keys, nodes, size)
        if settled[node]:
            continue
        settled[node] = True
        order[reached] = node
        reached += 1
        for arc in range(starts[node], starts[node + 1]):
            far = distance[node] + weights[arc]
            if far < distance[targets[arc]]:
                distance[targets[arc]] = far
                _rise(keys, nodes, size, far, targets[arc])
                size += 1
    return reached


@kernel
def _rise(
    keys: NDArray[np.float64], nodes: NDArray[np.int32], at: int, key: float, node: int
) -> None:
    """Put one more at the end of the heap, and let it rise to its place."""
    while at > 0 and keys[(at - 1) // 2] > key:
        keys[at], nodes[at] = keys[(at - 1) // 2], nodes[(at - 1) // 2]
        at = (at - 1) // 2
    keys[at], nodes[at] = key, node


@kernel
def _sink(keys: NDArray[np.float64], nodes: NDArray[np.int32], size: int) -> None:
    """The first has gone: the last takes its place and sinks."""
    key, node, at = keys[size], nodes[size], 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[at], nodes[at] = keys[child], nodes[child]
        at = child
    keys[at], nodes[at] = key, node
