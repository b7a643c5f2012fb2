"""Components: who can reach whom. Pure.

Weak ones by linking and halving (union-find), with a first pass over a few arcs of each node that
finds the giant, whose other arcs need no look: M. Sutton, T. Ben-Nun, A. Barak: Optimizing parallel
graph connectivity computation via subgraph sampling. IPDPS, 2018. Strong ones by scipy:
D. J. Pearce: An improved algorithm for finding the strongly connected components, 2005.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph

from algorithms.communities.groups import Labels, by_size
from algorithms.csr import Csr
from algorithms.kernels import kernel

PROBES = 1024


def weak_components(graph: Csr) -> Labels:
    """Which component each node is in, whatever way arcs point; 0 is the largest.

    >>> from algorithms.csr import from_edges
    >>> weak_components(from_edges(np.array([3, 1]), np.array([1, 0]), nodes=4)).tolist()
    [0, 0, 1, 0]
    """
    return by_size(_linked(graph.starts, graph.targets, not graph.directed))


def strong_components(graph: Csr) -> Labels:
    """Which component each node is in, where all reach each other along arcs; 0 is the largest.

    >>> from algorithms.csr import from_edges
    >>> there_and_back = from_edges(np.array([0, 1, 1]), np.array([1, 0, 2]), nodes=3)
    >>> strong_components(there_and_back).tolist()
    [0, 0, 1]
    """
    if graph.nodes == 0 or not graph.directed:
        return weak_components(graph)
    return by_size(csgraph.connected_components(graph.matrix(), connection="strong")[1])


@kernel
def _linked(
    starts: NDArray[np.int64], targets: NDArray[np.int32], symmetric: bool
) -> NDArray[np.int32]:
    nodes = len(starts) - 1
    parent = np.arange(nodes).astype(np.int32)
    first = 2 if symmetric else 0
    for node in range(nodes):
        for at in range(starts[node], min(starts[node] + first, starts[node + 1])):
            _link(parent, np.int32(node), targets[at])
    giant = _giant(parent) if symmetric and nodes else np.int32(-1)
    for node in range(nodes):
        if symmetric and _root(parent, np.int32(node)) == giant:
            continue
        for at in range(starts[node] + first, starts[node + 1]):
            _link(parent, np.int32(node), targets[at])
    for node in range(nodes):
        parent[node] = _root(parent, np.int32(node))
    return parent


@kernel
def _root(parent: NDArray[np.int32], node: np.int32) -> np.int32:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@kernel
def _link(parent: NDArray[np.int32], a: np.int32, b: np.int32) -> None:
    """The smaller root stays."""
    a, b = _root(parent, a), _root(parent, b)
    if a < b:
        parent[b] = a
    elif b < a:
        parent[a] = b


@kernel
def _giant(parent: NDArray[np.int32]) -> Any:
    """The root that most of some nodes have; any guess is right, a good one is quick."""
    nodes = len(parent)
    probes = min(nodes, PROBES)
    roots = np.empty(probes, np.int32)
    for at in range(probes):
        roots[at] = _root(parent, np.int32(at * nodes // probes))
    roots.sort()
    best, length, run = roots[0], 1, 1
    for at in range(1, probes):
        run = run + 1 if roots[at] == roots[at - 1] else 1
        if run > length:
            best, length = roots[at], run
    return best
