"""Betweenness: the share of shortest paths that lead through a node. Pure.

    betweenness(v) = Σ σ(s, t | v) / σ(s, t)        over all pairs s, t that are not v

U. Brandes: A faster algorithm for betweenness centrality. Journal of Mathematical Sociology 25,
2001. From some nodes only: U. Brandes, C. Pich: Centrality estimation in large networks, 2007.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from algorithms.centrality.closeness import pivots, share_bound
from algorithms.csr import Csr, Floats
from algorithms.kernels import kernel
from algorithms.parallel import Tell, in_pieces, quiet
from algorithms.paths.distances import dijkstra

PIECE = 64


def betweenness(graph: Csr, normalized: bool = True, tell: Tell = quiet) -> Floats:
    """Weights, where there are some, are distances and must be above 0.

    >>> from algorithms.csr import from_edges
    >>> path = from_edges(np.array([0, 1]), np.array([1, 2]), nodes=3, directed=False)
    >>> betweenness(path).tolist()
    [0.0, 1.0, 0.0]
    """
    nodes = graph.nodes
    found = dependencies(graph, np.arange(nodes), tell=tell)
    if nodes <= 2:
        return found
    if normalized:
        return found / ((nodes - 1) * (nodes - 2))
    return found if graph.directed else found / 2


def sampled_betweenness(
    graph: Csr, samples: int, seed: int, tell: Tell = quiet
) -> tuple[Floats, float]:
    """Normalised, from some sources only, and how far it is off at most.

    The bound is Hoeffding's, with 95 % certainty for all nodes together.

    >>> from algorithms.csr import from_edges
    >>> path = from_edges(np.array([0, 1]), np.array([1, 2]), nodes=3, directed=False)
    >>> sampled_betweenness(path, 3, seed=1)
    (array([0., 1., 0.]), 0.0)
    """
    nodes = graph.nodes
    if nodes <= 2 or samples >= nodes:
        return betweenness(graph, tell=tell), 0.0
    chosen = pivots(nodes, samples, seed)
    # A source's dependency on a node is at most n - 2, on itself none.
    found = dependencies(graph, chosen, tell=tell) * nodes / len(chosen)
    scale = (nodes - 1) * (nodes - 2)
    return found / scale, nodes * (nodes - 2) / scale * share_bound(nodes, len(chosen))


def dependencies(
    graph: Csr, sources: NDArray[np.int64], endpoints: bool = False, tell: Tell = quiet
) -> Floats:
    """For each node, the shares of shortest paths from the sources that lead through it.

    With `endpoints` a path leads through its ends too.
    """
    weights = np.empty(0) if graph.weights is None else graph.weights
    total = np.zeros(graph.nodes)
    for part in in_pieces(
        sources,
        PIECE,
        lambda some: _brandes(graph.starts, graph.targets, weights, some, endpoints),
        tell,
    ):
        total += part
    return total


@kernel
def _brandes(
    starts: NDArray[np.int64],
    targets: NDArray[np.int32],
    weights: NDArray[np.float64],
    sources: NDArray[np.int64],
    endpoints: bool,
) -> NDArray[np.float64]:
    nodes = len(starts) - 1
    found = np.zeros(nodes)
    order = np.empty(nodes, np.int32)
    paths = np.zeros(nodes)
    behind = np.zeros(nodes)
    steps = np.full(nodes, -1, np.int32)
    far = np.full(nodes if len(weights) else 0, np.inf)
    for source in sources:
        if len(weights):
            reached = dijkstra(starts, targets, weights, source, far, order)
            _count(starts, targets, weights, source, far, order, reached, paths)
        else:
            reached = _bfs_counting(starts, targets, source, steps, order, paths)
        for place in range(reached - 1, -1, -1):
            node = order[place]
            through = 0.0
            for arc in range(starts[node], starts[node + 1]):
                other = targets[arc]
                if len(weights):
                    next_on_path = far[node] + weights[arc] == far[other]
                else:
                    next_on_path = steps[other] == steps[node] + 1
                if next_on_path:
                    through += (1.0 + behind[other]) / paths[other]
            behind[node] = through * paths[node]
            if node != source:
                found[node] += behind[node] + endpoints
            elif endpoints:
                found[node] += reached - 1
        for place in range(reached):
            node = order[place]
            paths[node], behind[node], steps[node] = 0.0, 0.0, -1
            if len(weights):
                far[node] = np.inf
    return found


@kernel
def _bfs_counting(
    starts: NDArray[np.int64],
    targets: NDArray[np.int32],
    source: int,
    steps: NDArray[np.int32],
    order: NDArray[np.int32],
    paths: NDArray[np.float64],
) -> int:
    """Breadth first, with the number of shortest paths to each node."""
    order[0] = source
    steps[source] = 0
    paths[source] = 1.0
    reached, at = 1, 0
    while at < reached:
        node = order[at]
        at += 1
        step = steps[node] + 1
        for arc in range(starts[node], starts[node + 1]):
            other = targets[arc]
            if steps[other] < 0:
                steps[other] = step
                order[reached] = other
                reached += 1
            if steps[other] == step:
                paths[other] += paths[node]
    return reached


@kernel
def _count(
    starts: NDArray[np.int64],
    targets: NDArray[np.int32],
    weights: NDArray[np.float64],
    source: int,
    far: NDArray[np.float64],
    order: NDArray[np.int32],
    reached: int,
    paths: NDArray[np.float64],
) -> None:
    """The number of shortest paths to each node, nearest first."""
    paths[source] = 1.0
    for place in range(reached):
        node = order[place]
        for arc in range(starts[node], starts[node + 1]):
            if far[node] + weights[arc] == far[targets[arc]]:
                paths[targets[arc]] += paths[node]
