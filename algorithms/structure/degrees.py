"""How degrees are distributed, and whether like is tied to like. Pure.

    assortativity r = Σ (M - a b) x y / (σ(a) σ(b)), Pearson's correlation of degrees over arcs
    reciprocity = the share of arcs that are answered

M. E. J. Newman: Mixing patterns in networks. Physical Review E 67, 2003. J. Foster and others: Edge
direction and the structure of networks. PNAS 107, 2010.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from algorithms.centrality.degree import in_degrees, out_degrees
from algorithms.csr import Csr, Ints
from algorithms.kernels import kernel


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
    if graph.arcs == 0:
        return float("nan")
    leaving, x = graph.degrees().astype(np.float64), out_degrees(graph).astype(np.float64)
    arriving, y = leaving, x
    if graph.directed:
        arriving = y = in_degrees(graph).astype(np.float64)
    # An average over arcs is one over nodes, each as often as arcs begin or end there.
    a, b = x - (x @ leaving) / graph.arcs, y - (y @ arriving) / graph.arcs
    spread = float(np.sqrt(((a * a) @ leaving) * ((b * b) @ arriving)))
    together = float(_together(graph.starts, graph.targets, a, b, graph.directed))
    return together / spread if spread > 0 else float("nan")


@kernel
def _together(
    starts: NDArray[np.int64],
    targets: NDArray[np.int32],
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    directed: bool,
) -> float:
    """Both ends of each arc multiplied, and added up; where a and b are the same, from one end."""
    ends = targets.view(np.uint32)  # without a sign nothing is asked about negative places
    total = 0.0
    for node in range(len(starts) - 1):
        near = 0.0
        for at in range(starts[node + 1] - 1, starts[node] - 1, -1):
            other = ends[at]
            if not directed and other <= node:  # and so are all before it
                near += b[other] / 2 if other == node else 0.0
                break
            near += b[other]
        total += a[node] * near
    return total if directed else 2 * total


def reciprocity(graph: Csr) -> float:
    """0 of a graph without arcs; 1 of an undirected one.

    >>> from algorithms.csr import from_edges
    >>> reciprocity(from_edges(np.array([0, 1, 1]), np.array([1, 0, 2]), nodes=3)).__round__(3)
    0.667
    """
    if not graph.directed:
        return 1.0
    return _answered(graph.starts, graph.targets) / graph.arcs if graph.arcs else 0.0


@kernel
def _answered(starts: NDArray[np.int64], targets: NDArray[np.int32]) -> int:
    """Arcs but loops that another one answers. Each row is gone through once, from its front on.

    Nodes come in ascending order, and so do they in the rows of those they lead to.
    """
    front = starts[:-1].copy()
    found = 0
    for node in range(len(front)):
        for at in range(starts[node], starts[node + 1]):
            other = targets[at]
            place, end = front[other], starts[other + 1]
            while place < end and targets[place] < node:
                place += 1
            front[other] = place
            found += place < end and targets[place] == node and other != node
    return found
