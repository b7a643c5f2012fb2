r"""PageRank: the share of time that a bored reader spends at each node. Pure.

    x = α (A' x + sunk(x) d) + (1 - α) p

A' leads from each node along its arcs by their weight, sunk(x) is what stands where no arc leaves,
d is where that goes on, and p is where the bored start anew: everywhere alike, or, personalised,
where one says.

L. Page, S. Brin, R. Motwani, T. Winograd: The PageRank citation ranking. Stanford, 1999.
"""

from __future__ import annotations

import numpy as np

from algorithms.csr import Csr, Floats
from algorithms.errors import NotConverged


def pagerank(
    graph: Csr,
    alpha: float = 0.85,
    personal: Floats | None = None,
    start: Floats | None = None,
    dangling: Floats | None = None,
    tol: float = 1e-6,
    max_iter: int = 100,
) -> Floats:
    """Power iteration, until a step moves less than `tol` a node. Adds up to 1.

    `personal`, `start` and `dangling` are weights by node; each is scaled to add up to 1.

    >>> from algorithms.csr import from_edges
    >>> star = from_edges(np.array([1, 2, 3]), np.array([0, 0, 0]), nodes=4)
    >>> pagerank(star).round(3).tolist()
    [0.542, 0.153, 0.153, 0.153]
    """
    nodes = graph.nodes
    if nodes == 0:
        return np.empty(0)
    everywhere = np.full(nodes, 1.0 / nodes)
    back = everywhere if personal is None else _scaled(personal)
    sunk_to = back if dangling is None else _scaled(dangling)
    x: Floats = everywhere if start is None else _scaled(start)
    along = graph.matrix().T
    strength = graph.strengths()
    sinks = strength == 0
    share = np.divide(1.0, strength, out=np.zeros(nodes), where=~sinks)
    for _ in range(max_iter):
        last = x
        x = alpha * (along @ (last * share) + last[sinks].sum() * sunk_to) + (1 - alpha) * back
        if np.abs(x - last).sum() < nodes * tol:
            return x
    raise NotConverged(max_iter)


def _scaled(weights: Floats) -> Floats:
    total = weights.sum()
    if total == 0:
        raise ZeroDivisionError("weights that add up to nothing")
    scaled: Floats = weights / total
    return scaled
