"""Closeness and harmonic centrality: how near everybody is. Pure.

    closeness(u) = (r - 1) / Σ d(v, u) · (r - 1) / (n - 1)        harmonic(u) = Σ 1 / d(v, u)

over the r nodes v from which u is reached, itself among them. L. C. Freeman: Centrality in social
networks. Social Networks 1, 1979. P. Boldi, S. Vigna: Axioms for centrality. Internet Mathematics
10, 2014. From some nodes only: D. Eppstein, J. Wang: Fast approximation of centrality, 2004.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from algorithms.csr import Csr, Floats
from algorithms.kernels import kernel
from algorithms.parallel import Tell, in_pieces, quiet
from algorithms.paths.distances import bfs, dijkstra

PIECE = 256
CERTAINTY = 0.95


def closeness(graph: Csr, improved: bool = True, tell: Tell = quiet) -> Floats:
    """Weights, where there are some, are distances. `improved`: scaled by the share that reaches.

    >>> from algorithms.csr import from_edges
    >>> path = from_edges(np.array([0, 1]), np.array([1, 2]), nodes=3, directed=False)
    >>> closeness(path).round(3).tolist()
    [0.667, 1.0, 0.667]
    """
    reached, total, _ = _sums(graph.reversed(), np.arange(graph.nodes), tell)
    found = np.divide(reached, total, out=np.zeros(graph.nodes), where=total > 0)
    return found * (reached / max(graph.nodes - 1, 1)) if improved else found


def harmonic(graph: Csr, tell: Tell = quiet) -> Floats:
    """
    >>> from algorithms.csr import from_edges
    >>> path = from_edges(np.array([0, 1]), np.array([1, 2]), nodes=3, directed=False)
    >>> harmonic(path).tolist()
    [1.5, 2.0, 1.5]
    """
    return _sums(graph.reversed(), np.arange(graph.nodes), tell)[2]


def sampled_harmonic(
    graph: Csr, samples: int, seed: int, tell: Tell = quiet
) -> tuple[Floats, float]:
    """An estimate from some nodes, and how far it is off at most.

    The bound is Hoeffding's, with 95 % certainty for all nodes together.

    >>> from algorithms.csr import from_edges
    >>> path = from_edges(np.array([0, 1]), np.array([1, 2]), nodes=3, directed=False)
    >>> sampled_harmonic(path, 3, seed=1)[0].tolist()
    [1.5, 2.0, 1.5]
    """
    chosen = pivots(graph.nodes, samples, seed)
    total = np.zeros(graph.nodes)
    for part in in_pieces(
        chosen, PIECE, lambda some: _inverse(graph.starts, graph.targets, some), tell
    ):
        total += part
    if len(chosen) == graph.nodes:
        return total, 0.0
    return total * graph.nodes / len(chosen), graph.nodes * share_bound(graph.nodes, len(chosen))


def pivots(nodes: int, samples: int, seed: int) -> NDArray[np.int64]:
    """So many different nodes, ascending; all of them where there are no more."""
    if samples >= nodes:
        return np.arange(nodes)
    return np.sort(np.random.default_rng(seed).choice(nodes, samples, replace=False))


def share_bound(nodes: int, samples: int) -> float:
    """How far the mean of so many samples, each in 0 … 1, is off at most, at every node."""
    return math.sqrt(math.log(2 * nodes / (1 - CERTAINTY)) / (2 * samples))


def _sums(graph: Csr, nodes: NDArray[np.int64], tell: Tell) -> tuple[Floats, Floats, Floats]:
    """How many each node reaches beside itself, and the sums of distances and of 1 / distance."""
    weights = np.empty(0) if graph.weights is None else graph.weights
    parts = list(
        in_pieces(
            nodes, PIECE, lambda some: _from_each(graph.starts, graph.targets, weights, some), tell
        )
    )
    whole: Floats = np.concatenate([np.empty((3, 0)), *parts], axis=1)
    return whole[0], whole[1], whole[2]


@kernel
def _from_each(
    starts: NDArray[np.int64],
    targets: NDArray[np.int32],
    weights: NDArray[np.float64],
    sources: NDArray[np.int64],
) -> NDArray[np.float64]:
    nodes = len(starts) - 1
    found = np.zeros((3, len(sources)))
    order = np.empty(nodes, np.int32)
    steps = np.full(nodes, -1, np.int32)
    far = np.full(nodes if len(weights) else 0, np.inf)
    for at in range(len(sources)):
        if len(weights):
            reached = dijkstra(starts, targets, weights, sources[at], far, order)
        else:
            reached = bfs(starts, targets, sources[at], steps, order)
        found[0, at] = reached - 1
        for place in range(reached):
            distance = far[order[place]] if len(weights) else float(steps[order[place]])
            found[1, at] += distance
            if distance > 0:
                found[2, at] += 1.0 / distance
            steps[order[place]] = -1
            if len(weights):
                far[order[place]] = np.inf
    return found


@kernel
def _inverse(
    starts: NDArray[np.int64], targets: NDArray[np.int32], sources: NDArray[np.int64]
) -> NDArray[np.float64]:
    nodes = len(starts) - 1
    found = np.zeros(nodes)
    order = np.empty(nodes, np.int32)
    steps = np.full(nodes, -1, np.int32)
    for source in sources:
        reached = bfs(starts, targets, source, steps, order)
        for place in range(1, reached):
            found[order[place]] += 1.0 / steps[order[place]]
        for place in range(reached):
            steps[order[place]] = -1
    return found
