"""How good a grouping is: modularity and conductance. Pure.

    Q = Σ over groups ( inside / m - γ · (strength / 2m)² )        undirected
    Q = Σ over groups ( inside / m - γ · out · into / m² )         directed
    φ(S) = cut(S, T) / min(vol(S), vol(T))

M. E. J. Newman: Networks, an introduction. Oxford University Press, 2011. D. Gleich: Hierarchical
directed spectral graph partitioning, 2006.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from algorithms.communities.groups import Labels
from algorithms.csr import Csr, Floats
from algorithms.errors import NoAnswer
from algorithms.kernels import kernel


def modularity(graph: Csr, labels: Labels, resolution: float = 1.0) -> float:
    """More than by chance: 0 for one group of everybody, towards 1 for groups apart.

    >>> from algorithms.csr import from_edges
    >>> two = from_edges(np.array([0, 2]), np.array([1, 3]), nodes=4, directed=False)
    >>> modularity(two, np.array([0, 0, 1, 1]))
    0.5
    """
    groups = int(labels.max(initial=-1)) + 1
    weights = np.empty(0) if graph.weights is None else graph.weights
    inside = _inside(graph.starts, graph.targets, weights, labels)
    if graph.directed:
        out = np.bincount(labels, graph.strengths(), groups)
        into = np.bincount(labels, graph.reversed().strengths(), groups)
    else:
        # A loop has both of its ends at its node, and stands there once.
        volume = volumes(graph)
        inside += float((volume - graph.strengths()).sum())
        out = into = np.bincount(labels, volume, groups)
    total = float(out.sum())
    if total == 0:
        raise NoAnswer("no edge is in the graph")
    return inside / total - resolution * float(out @ into) / total**2


def conductance(graph: Csr, some: NDArray[np.bool_]) -> float:
    """Of the arcs that leave the smaller side, the share that goes over to the other.

    >>> from algorithms.csr import from_edges
    >>> path = from_edges(np.array([0, 1, 2]), np.array([1, 2, 3]), nodes=4, directed=False)
    >>> conductance(path, np.array([True, True, False, False])).__round__(3)
    0.333
    """
    weights = np.ones(graph.arcs) if graph.weights is None else graph.weights
    sources, targets = some[graph.sources()], some[graph.targets]
    cut = float(weights[sources & ~targets].sum())
    if graph.directed:
        cut += float(weights[~sources & targets].sum())
    volume = volumes(graph)
    smaller = min(float(volume[some].sum()), float(volume[~some].sum()))
    if smaller == 0:
        raise ZeroDivisionError("one side has no edges")
    return cut / smaller


def conductances(graph: Csr, labels: Labels) -> Floats:
    """Of each group against the rest; infinite where a side has no edges.

    >>> from algorithms.csr import from_edges
    >>> path = from_edges(np.array([0, 1, 2]), np.array([1, 2, 3]), nodes=4, directed=False)
    >>> conductances(path, np.array([0, 0, 1, 1])).round(3).tolist()
    [0.333, 0.333]
    """
    groups = int(labels.max(initial=-1)) + 1
    weights = np.ones(graph.arcs) if graph.weights is None else graph.weights
    sources, targets = labels[graph.sources()], labels[graph.targets]
    over = sources != targets
    cut = np.bincount(sources[over], weights[over], groups)
    if graph.directed:
        cut = cut + np.bincount(targets[over], weights[over], groups)
    volume = np.bincount(labels, volumes(graph), groups)
    smaller = np.minimum(volume, volume.sum() - volume)
    found: Floats = np.divide(cut, smaller, out=np.full(groups, np.inf), where=smaller > 0)
    return found


def volumes(graph: Csr) -> Floats:
    """The weight that leaves each node; a loop of an undirected graph twice."""
    strength = graph.strengths()
    if graph.directed or graph.loopless:
        return strength
    weights = np.ones(graph.arcs) if graph.weights is None else graph.weights
    sources = graph.sources()
    loops = sources == graph.targets
    twice: Floats = strength + np.bincount(sources[loops], weights[loops], graph.nodes)
    return twice


@kernel
def _inside(
    starts: NDArray[np.int64],
    targets: NDArray[np.int32],
    weights: NDArray[np.float64],
    labels: NDArray[np.int64],
) -> float:
    """What leads from a node to one of its group; without weights each arc weighs 1."""
    total = 0.0
    for node in range(len(starts) - 1):
        for at in range(starts[node], starts[node + 1]):
            if labels[targets[at]] == labels[node]:
                total += weights[at] if len(weights) else 1.0
    return total
