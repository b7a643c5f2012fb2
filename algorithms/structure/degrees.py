"""How degrees are distributed, and whether like is tied to like. Pure.

    assortativity r = Σ (M - a b) x y / (σ(a) σ(b)), Pearson's correlation of degrees over arcs
    reciprocity = the share of arcs that are answered

M. E. J. Newman: Mixing patterns in networks. Physical Review E 67, 2003. J. Foster and others: Edge
direction and the structure of networks. PNAS 107, 2010.
"""

from __future__ import annotations

import numpy as np

from algorithms.centrality.degree import in_degrees, out_degrees
from algorithms.csr import Csr, Ints


def distribution(counts: Ints) -> tuple[Ints, Ints]:
    """Degrees that occur, ascending, and how many nodes have each.

    >>> [x.tolist() for x in distribution(np.array([3, 1, 1]))]
    [[1, 3], [2, 1]]
    """
    values, nodes = np.unique(counts, return_counts=True)
    return values.astype(np.int64), nodes.astype(np.int64)


def assortativity(graph: Csr) -> float:
    """Out-degrees with in-degrees where arcs have directions; not a number where all are alike.

    >>> from algorithms.csr import from_edges
    >>> star = from_edges(np.array([1, 2, 3]), np.array([0, 0, 0]), nodes=4, directed=False)
    >>> round(assortativity(star), 3)
    -1.0
    """
    x, y = out_degrees(graph), in_degrees(graph)
    sources, targets = graph.sources(), graph.targets
    if len(sources) == 0:
        return float("nan")
    a, b = x[sources].astype(np.float64), y[targets].astype(np.float64)
    a, b = a - a.mean(), b - b.mean()
    spread = np.sqrt((a * a).sum() * (b * b).sum())
    return float((a * b).sum() / spread) if spread > 0 else float("nan")


def reciprocity(graph: Csr) -> float:
    """0 of a graph without arcs; 1 of an undirected one.

    >>> from algorithms.csr import from_edges
    >>> reciprocity(from_edges(np.array([0, 1, 1]), np.array([1, 0, 2]), nodes=3)).__round__(3)
    0.667
    """
    if not graph.directed:
        return 1.0
    plain = graph.without_loops()
    return plain.mutual().arcs / graph.arcs if graph.arcs else 0.0
