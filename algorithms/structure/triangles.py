"""Triangles, and how often two neighbours are neighbours themselves. Pure.

    clustering(u) = 2 T(u) / (d(u) (d(u) - 1))        transitivity = 3 triangles / paths of two

Nodes are ordered by degree, and each looks only at neighbours behind it: M. Ortmann, U. Brandes:
Triangle listing algorithms, back from the diversion. ALENEX, 2014. Directed clustering counts each
way round: G. Fagiolo: Clustering in complex directed networks. Physical Review E 76, 2007. Of a
weighted graph a triangle counts as the geometric mean of its weights, the largest being 1:
J. Saramäki and others: Generalizations of the clustering coefficient. Physical Review E 75, 2007.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from algorithms.csr import Csr, Floats, Ints
from algorithms.kernels import kernel


def triangles(graph: Csr) -> Ints:
    """How many triangles each node is a corner of, whatever way arcs point.

    >>> from algorithms.csr import from_edges
    >>> kite = np.array([0, 1, 2, 2]), np.array([1, 2, 0, 3])
    >>> triangles(from_edges(*kite, nodes=4, directed=False)).tolist()
    [1, 1, 1, 0]
    """
    graph = graph.undirected()
    rank = np.empty(graph.nodes, np.int32)
    rank[np.argsort(graph.degrees(), kind="stable")] = np.arange(graph.nodes, dtype=np.int32)
    starts, behind = _behind(graph.starts, graph.targets, rank)
    return _corners(starts, behind)[rank]


def clustering(graph: Csr) -> Floats:
    """The share of a node's pairs of neighbours that are neighbours; 0 for fewer than two.

    >>> from algorithms.csr import from_edges
    >>> kite = np.array([0, 1, 2, 2]), np.array([1, 2, 0, 3])
    >>> clustering(from_edges(*kite, nodes=4, directed=False)).round(2).tolist()
    [1.0, 1.0, 0.33, 0.0]
    """
    plain = graph.without_loops()
    degree = plain.degrees()
    if graph.directed:
        into = np.bincount(plain.targets, minlength=graph.nodes)
        pairs = (degree + into) * (degree + into - 1) - 2 * plain.mutual().degrees()
        return _share(_directed(graph), 2 * pairs)
    corners = triangles(plain) if graph.weights is None else _weighted(graph)
    return _share(2.0 * corners, degree * (degree - 1))


def transitivity(graph: Csr) -> float:
    """The share of all paths of two that are closed.

    >>> from algorithms.csr import from_edges
    >>> kite = np.array([0, 1, 2, 2]), np.array([1, 2, 0, 3])
    >>> transitivity(from_edges(*kite, nodes=4, directed=False))
    0.6
    """
    plain = graph.undirected().without_loops()
    degree = plain.degrees()
    paths = int((degree * (degree - 1)).sum())
    return 2 * int(triangles(plain).sum()) / paths if paths else 0.0


def local_clustering(graph: Csr) -> Floats:
    """The share of ordered pairs of neighbours, in either direction, that an arc leads between.

    As in LDBC Graphalytics; on an undirected graph it is `clustering`.

    >>> from algorithms.csr import from_edges
    >>> round_trip = from_edges(np.array([0, 1, 2]), np.array([1, 2, 0]), nodes=3)
    >>> local_clustering(round_trip).tolist()
    [0.5, 0.5, 0.5]
    """
    if not graph.directed:
        return clustering(graph.unweighted())
    arcs = graph.without_loops().unweighted()
    around = arcs.undirected()
    near = around.matrix()
    found = np.asarray((near @ arcs.matrix()).multiply(near).sum(axis=1)).ravel()
    degree = around.degrees()
    return _share(found, degree * (degree - 1))


def _share(found: Any, possible: Any) -> Floats:
    shares: Floats = np.divide(
        found, possible, out=np.zeros(len(found)), where=(possible > 0) & (found != 0)
    )
    return shares


def _roots(graph: Csr) -> Csr:
    """Weights as cube roots of their share of the largest, which a loop may be."""
    if graph.weights is None or graph.arcs == 0:
        return graph.without_loops()
    roots = np.cbrt(graph.weights / graph.weights.max())
    return Csr(graph.starts, graph.targets, roots, graph.directed).without_loops()


def _directed(graph: Csr) -> Floats:
    """Triangles each way round at each node."""
    matrix = _roots(graph).matrix()
    both = (matrix + matrix.T).tocsr()
    found: Floats = np.asarray((both @ both).multiply(both).sum(axis=1)).ravel()
    return found


def _weighted(graph: Csr) -> Floats:
    matrix = _roots(graph).matrix()
    found: Floats = np.asarray((matrix @ matrix).multiply(matrix).sum(axis=1)).ravel() / 2
    return found


@kernel
def _behind(
    starts: NDArray[np.int64], targets: NDArray[np.int32], rank: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """By rank, the ranks of neighbours that are higher; loops are none."""
    nodes = len(starts) - 1
    into = np.zeros(nodes + 1, np.int64)
    for node in range(nodes):
        higher = 0
        for at in range(starts[node], starts[node + 1]):
            higher += rank[targets[at]] > rank[node]
        into[rank[node] + 1] = higher
    for place in range(nodes):
        into[place + 1] += into[place]
    behind = np.empty(into[nodes], np.int32)
    for node in range(nodes):
        fill = into[rank[node]]
        for at in range(starts[node], starts[node + 1]):
            other = rank[targets[at]]
            if other > rank[node]:
                behind[fill] = other
                fill += 1
    return into, behind


@kernel
def _corners(starts: NDArray[np.int64], behind: NDArray[np.int32]) -> NDArray[np.int64]:
    nodes = len(starts) - 1
    found = np.zeros(nodes, np.int64)
    marked = np.full(nodes, -1, np.int32)
    for node in range(nodes):
        for at in range(starts[node], starts[node + 1]):
            marked[behind[at]] = node
        for at in range(starts[node], starts[node + 1]):
            middle = behind[at]
            closed = 0
            for far in range(starts[middle], starts[middle + 1]):
                if marked[behind[far]] == node:
                    found[behind[far]] += 1
                    closed += 1
            found[middle] += closed
            found[node] += closed
    return found
