"""Louvain: communities by moving nodes and merging what came together. Pure, repeatable by seed.

V. D. Blondel, J.-L. Guillaume, R. Lambiotte, E. Lefebvre: Fast unfolding of communities in large
networks. Journal of Statistical Mechanics, 2008.
"""

from __future__ import annotations

import numpy as np

from algorithms.communities.groups import Labels, by_size
from algorithms.communities.moving import first_level, move
from algorithms.csr import Csr

THRESHOLD = 1e-7


def louvain(
    graph: Csr,
    resolution: float = 1.0,
    threshold: float = THRESHOLD,
    max_level: int | None = None,
    seed: int = 1,
) -> Labels:
    """The community of each node; 0 is the largest. Directions of arcs do not matter.

    Until a level gains less than `threshold` of modularity.

    >>> from algorithms.csr import from_edges
    >>> two = np.array([0, 1, 2, 3, 4, 5, 0]), np.array([1, 2, 0, 4, 5, 3, 3])
    >>> louvain(from_edges(*two, nodes=6, directed=False)).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    return by_size(levels(graph, resolution, threshold, max_level, seed)[-1])


def levels(
    graph: Csr,
    resolution: float = 1.0,
    threshold: float = THRESHOLD,
    max_level: int | None = None,
    seed: int = 1,
) -> list[Labels]:
    """The grouping after each level, from the finest on; at least one."""
    dice = np.random.default_rng(seed)
    level, whole = first_level(graph), np.arange(graph.nodes)
    found: list[Labels] = []
    if level.total == 0:
        return [whole]
    before = level.modularity(resolution)
    while max_level is None or len(found) < max_level:
        labels = np.arange(level.nodes)
        order = dice.permutation(level.nodes)
        move(level.starts, level.targets, level.weights, level.strength, resolution, order, labels)
        labels = by_size(labels)
        level, whole = level.merged(labels), labels[whole]
        after = level.modularity(resolution)
        if found and after - before <= threshold:
            break
        found.append(whole)
        if after - before <= threshold:
            break
        before = after
    return found
