"""What Louvain and Leiden have in common: nodes that move to where modularity gains, and levels.

A level is a graph in matrix form: a loop's weight stands doubled, so that a row adds up to its
node's strength, and so do rows of groups that became nodes.

V. D. Blondel, J.-L. Guillaume, R. Lambiotte, E. Lefebvre: Fast unfolding of communities in large
networks. Journal of Statistical Mechanics, 2008; with a queue of nodes whose surroundings changed,
as in V. A. Traag, L. Waltman, N. J. van Eck: From Louvain to Leiden. Scientific Reports 9, 2019.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from algorithms.communities.groups import Labels
from algorithms.csr import Csr, Floats
from algorithms.kernels import kernel

# A gain below this, as a share of all weight, is rounding.
LEAST = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    starts: NDArray[np.int32]
    targets: NDArray[np.int32]
    weights: Floats
    strength: Floats

    @property
    def nodes(self) -> int:
        return len(self.strength)

    @property
    def total(self) -> float:
        return float(self.strength.sum())

    def modularity(self, labels: Labels, resolution: float) -> float:
        sums = np.bincount(labels, self.strength)
        inside = _inside(self.starts, self.targets, self.weights, labels)
        return inside / self.total - resolution * float(sums @ sums) / self.total**2

    def merged(self, labels: Labels) -> Level:
        """Each group as one node."""
        return merged(self.starts, self.targets, self.weights, labels)


def first_level(graph: Csr) -> Level:
    """Of a graph whose arcs' directions do not matter."""
    graph = graph.undirected()
    weights = np.ones(graph.arcs) if graph.weights is None else graph.weights.copy()
    weights[graph.sources() == graph.targets] *= 2
    return _level(graph.starts.astype(np.int32), graph.targets, weights)


def merged(
    starts: NDArray[np.int32], targets: NDArray[np.int32], weights: Floats, labels: Labels
) -> Level:
    groups = int(labels.max(initial=-1)) + 1
    sources = np.repeat(labels, np.diff(starts))
    whole = sparse.coo_array((weights, (sources, labels[targets])), shape=(groups, groups)).tocsr()
    whole.sum_duplicates()
    return _level(whole.indptr, whole.indices, whole.data)


def _level(starts: NDArray[np.int32], targets: NDArray[np.int32], weights: Floats) -> Level:
    return Level(starts, targets, weights, _row_sums(starts, weights))


@kernel
def _row_sums(starts: NDArray[np.int32], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = np.zeros(len(starts) - 1)
    for node in range(len(starts) - 1):
        for at in range(starts[node], starts[node + 1]):
            sums[node] += weights[at]
    return sums


@kernel
def _inside(
    starts: NDArray[np.int32],
    targets: NDArray[np.int32],
    weights: NDArray[np.float64],
    labels: NDArray[np.int64],
) -> float:
    total = 0.0
    for node in range(len(starts) - 1):
        for at in range(starts[node], starts[node + 1]):
            if labels[targets[at]] == labels[node]:
                total += weights[at]
    return total


@kernel
def move(
    starts: NDArray[np.int32],
    targets: NDArray[np.int32],
    weights: NDArray[np.float64],
    strength: NDArray[np.float64],
    resolution: float,
    order: NDArray[np.int64],
    labels: NDArray[np.int64],
) -> int:
    """Move each node to the neighbouring group of the largest gain, until none gains; how often.

    `labels` are changed in place and lie in 0 … n - 1. A node comes again when a neighbour left.
    """
    nodes = len(strength)
    total = strength.sum()
    sums = np.zeros(nodes)
    for node in range(nodes):
        sums[labels[node]] += strength[node]
    queue = order.copy()
    waiting = np.ones(nodes, np.bool_)
    toward = np.zeros(nodes)
    touched = np.empty(nodes, np.int64)
    head, length, moves = 0, nodes, 0
    while length:
        node = queue[head]
        head = head + 1 if head + 1 < nodes else 0
        length -= 1
        waiting[node] = False
        own = labels[node]
        count = 0
        for at in range(starts[node], starts[node + 1]):
            other = targets[at]
            if other != node:
                group = labels[other]
                if toward[group] == 0.0:
                    touched[count] = group
                    count += 1
                toward[group] += weights[at]
        share = resolution * strength[node] / total
        sums[own] -= strength[node]
        best, gain = own, toward[own] - share * sums[own]
        for at in range(count):
            group = touched[at]
            found = toward[group] - share * sums[group]
            if found > gain + LEAST * total:
                best, gain = group, found
            toward[group] = 0.0
        sums[best] += strength[node]
        if best != own:
            labels[node] = best
            moves += 1
            for at in range(starts[node], starts[node + 1]):
                other = targets[at]
                if not waiting[other] and labels[other] != best:
                    waiting[other] = True
                    tail = head + length
                    queue[tail if tail < nodes else tail - nodes] = other
                    length += 1
    return moves
