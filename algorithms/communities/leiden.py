"""Leiden: Louvain whose communities hang together. Pure, repeatable by seed.

Between moving and merging, each community is refined: its nodes begin alone and join a part of it
that is well connected to the rest, so that what is merged is connected.

V. A. Traag, L. Waltman, N. J. van Eck: From Louvain to Leiden, guaranteeing well-connected
communities. Scientific Reports 9, 2019. A node joins the part of the largest gain, not any.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from algorithms.communities.groups import Labels, by_size
from algorithms.communities.moving import Level, first_level, move
from algorithms.csr import Csr
from algorithms.kernels import kernel

ROUNDS = 2


def leiden(
    graph: Csr, resolution: float = 1.0, max_level: int | None = None, seed: int = 1
) -> Labels:
    """The community of each node; 0 is the largest. Directions of arcs do not matter.

    >>> from algorithms.csr import from_edges
    >>> two = np.array([0, 1, 2, 3, 4, 5, 0]), np.array([1, 2, 0, 4, 5, 3, 3])
    >>> leiden(from_edges(*two, nodes=6, directed=False)).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    found = np.arange(graph.nodes)
    for labels in islice(levels(graph, resolution, seed), max_level):
        found = labels
    return found


def levels(graph: Csr, resolution: float = 1.0, seed: int = 1) -> Iterator[Labels]:
    """The grouping after each level of each round; a round begins with what the last one found."""
    dice = np.random.default_rng(seed)
    bottom = first_level(graph)
    labels = np.arange(graph.nodes)
    if bottom.total == 0:
        yield labels
        return
    for _ in range(ROUNDS):
        before = labels
        for found in _round(bottom, labels, resolution, dice):
            labels = found
            yield labels
        if np.array_equal(before, labels):
            break


def _round(
    level: Level, labels: Labels, resolution: float, dice: np.random.Generator
) -> Iterator[Labels]:
    """From the finest level up; `whole` says which node of the level each node is in."""
    whole, labels = np.arange(level.nodes), labels.copy()
    while True:
        order = dice.permutation(level.nodes)
        graph = level.starts, level.targets, level.weights, level.strength
        moved = move(*graph, resolution, order, labels)
        yield by_size(labels[whole])
        refined = by_size(_refine(*graph, resolution, order, labels))
        parts = int(refined.max()) + 1
        if parts == level.nodes or moved == 0:
            break
        # A part is in the community that its nodes were in.
        communities = np.empty(parts, np.int64)
        communities[refined] = labels
        whole, level = refined[whole], level.merged(refined)
        labels = by_size(communities)


@kernel
def _refine(
    starts: NDArray[np.int32],
    targets: NDArray[np.int32],
    weights: NDArray[np.float64],
    strength: NDArray[np.float64],
    resolution: float,
    order: NDArray[np.int64],
    labels: NDArray[np.int64],
) -> NDArray[np.int64]:
    nodes = len(strength)
    total = strength.sum()
    sums = np.zeros(nodes)  # of communities
    for node in range(nodes):
        sums[labels[node]] += strength[node]
    part = np.arange(nodes)
    weight = strength.copy()  # of parts
    cut = np.zeros(nodes)  # from each part to the rest of its community
    alone = np.ones(nodes, np.bool_)
    for node in range(nodes):
        for at in range(starts[node], starts[node + 1]):
            other = targets[at]
            if other != node and labels[other] == labels[node]:
                cut[node] += weights[at]
    toward = np.zeros(nodes)
    touched = np.empty(nodes, np.int64)
    for node in order:
        community = labels[node]
        own = strength[node]
        expected = resolution * own * (sums[community] - own) / total
        if not alone[node] or cut[node] < expected:
            continue
        count = 0
        for at in range(starts[node], starts[node + 1]):
            other = targets[at]
            if other != node and labels[other] == community:
                group = part[other]
                if toward[group] == 0.0:
                    touched[count] = group
                    count += 1
                toward[group] += weights[at]
        best, gain = node, 0.0
        for at in range(count):
            group = touched[at]
            rest = resolution * weight[group] * (sums[community] - weight[group]) / total
            found = toward[group] - resolution * own * weight[group] / total
            if found > gain and cut[group] >= rest:
                best, gain = group, found
        if best != node:
            cut[best] += cut[node] - 2 * toward[best]
            weight[best] += own
            part[node] = best
            alone[best] = False
            alone[node] = False
        for at in range(count):
            toward[touched[at]] = 0.0
    return part
