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
    inside: float  # of all weight, what leads from a node to itself

    @property
    def nodes(self) -> int:
        return len(self.strength)

    @property
    def total(self) -> float:
        return float(self.strength.sum())

    def modularity(self, resolution: float) -> float:
        """With each node as a group of its own."""
        expected = float(self.strength @ self.strength) / self.total**2
        return self.inside / self.total - resolution * expected

    def merged(self, labels: Labels) -> Level:
        """Each group as one node."""
        return merged(self.starts, self.targets, self.weights, labels)


def first_level(graph: Csr) -> Level:
    """Of a graph whose arcs' directions do not matter."""
    graph = graph.undirected()
    weights = np.ones(graph.arcs) if graph.weights is None else graph.weights.copy()
    if not graph.loopless:
        weights[graph.sources() == graph.targets] *= 2
    return _level(graph.starts.astype(np.int32), graph.targets, weights)


def merged(
    starts: NDArray[np.int32], targets: NDArray[np.int32], weights: Floats, labels: Labels
) -> Level:
    groups = int(labels.max(initial=-1)) + 1
    return _level(*_merge(starts, targets, weights, labels, groups))


def _level(starts: NDArray[np.int32], targets: NDArray[np.int32], weights: Floats) -> Level:
    return Level(starts, targets, weights, *_sums(starts, targets, weights))


@kernel
def _sums(
    starts: NDArray[np.int32], targets: NDArray[np.int32], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Of each row, and of the diagonal."""
    sums, inside = np.zeros(len(starts) - 1), 0.0
    for node in range(len(starts) - 1):
        for at in range(starts[node], starts[node + 1]):
            sums[node] += weights[at]
            if targets[at] == node:
                inside += weights[at]
    return sums, inside


@kernel
def _merge(
    starts: NDArray[np.int32],
    targets: NDArray[np.int32],
    weights: NDArray[np.float64],
    labels: NDArray[np.int64],
    groups: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Groups as rows. They come as they are met, and ascending once they are turned round."""
    nodes = len(starts) - 1
    begins = np.zeros(groups + 1, np.int64)
    for node in range(nodes):
        begins[labels[node] + 1] += 1
    for group in range(groups):
        begins[group + 1] += begins[group]
    members = np.empty(nodes, np.int32)
    places = begins[:-1].copy()
    for node in range(nodes):
        members[places[labels[node]]] = node
        places[labels[node]] += 1
    met = np.full(groups, -1, np.int32)
    toward = np.zeros(groups)
    found = np.empty(len(targets), np.int32)
    heavy = np.empty(len(targets))
    rows = np.zeros(groups + 1, np.int32)
    count = 0
    for group in range(groups):
        first = count
        for one in range(begins[group], begins[group + 1]):
            node = members[one]
            for at in range(starts[node], starts[node + 1]):
                other = labels[targets[at]]
                if met[other] != group:
                    met[other] = group
                    toward[other] = 0.0
                    found[count] = other
                    count += 1
                toward[other] += weights[at]
        for at in range(first, count):
            heavy[at] = toward[found[at]]
        rows[group + 1] = count
    # What leads from a to b leads from b to a: a row is as long as its column.
    turned, turned_heavy = np.empty(count, np.int32), np.empty(count)
    places = rows[:-1].astype(np.int64)
    for group in range(groups):
        for at in range(rows[group], rows[group + 1]):
            place = places[found[at]]
            turned[place] = group
            turned_heavy[place] = heavy[at]
            places[found[at]] += 1
    return rows, turned, turned_heavy


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

    `labels` are changed in place and lie in 0 … n - 1. A node comes again when a neighbour left,
    and all come again at the end: groups far away have become lighter or heavier too.
    """
    nodes = len(strength)
    # Four bytes stay in a core's cache; without a sign nothing is asked about negative places.
    begins, ends = starts.view(np.uint32), targets.view(np.uint32)
    groups, queue = labels.astype(np.uint32), order.astype(np.uint32)
    total = strength.sum()
    sums = np.zeros(nodes)
    for node in range(nodes):
        sums[labels[node]] += strength[node]
    waiting = np.ones(nodes, np.bool_)
    toward = np.zeros(nodes)
    touched = np.empty(nodes + 1, np.uint32)
    head, length, moves, before = 0, nodes, 0, 0
    while length:
        node = queue[head]
        head = head + 1 if head + 1 < nodes else 0
        length -= 1
        waiting[node] = False
        own = groups[node]
        count = 0
        for at in range(begins[node], begins[node + 1]):
            other = ends[at]
            if other != node:
                group = groups[other]
                # Whether it is new can't be foretold: a sum is cheaper than a branch.
                touched[count] = group
                count += toward[group] == 0.0
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
            groups[node] = best
            moves += 1
            for at in range(begins[node], begins[node + 1]):
                other = ends[at]
                if not waiting[other] and groups[other] != best:
                    waiting[other] = True
                    tail = head + length
                    queue[tail if tail < nodes else tail - nodes] = other
                    length += 1
        if length == 0 and moves > before:
            queue[:] = order.astype(np.uint32)
            waiting[:] = True
            head, length, before = 0, nodes, moves
    labels[:] = groups
    return moves
