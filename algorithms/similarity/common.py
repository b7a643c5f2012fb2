"""Similarity by common neighbours, of pairs and of one node with everybody. Pure.

    common |N(u) ∩ N(v)|                       Jaccard |N(u) ∩ N(v)| / |N(u) ∪ N(v)|
    Adamic-Adar Σ 1 / log d(w)                 resource allocation Σ 1 / d(w)
    preferential attachment d(u) d(v)          cosine |N(u) ∩ N(v)| / √(|N(u)| |N(v)|)

where w runs through the common neighbours; u and v themselves are none. Directions of arcs do not
matter. D. Liben-Nowell, J. Kleinberg: The link-prediction problem for social networks. Journal of
the American Society for Information Science and Technology 58, 2007. L. Adamic, E. Adar: Friends
and neighbors on the web. Social Networks 25, 2003. T. Zhou, L. Lü, Y.-C. Zhang: Predicting missing
links via local information. European Physical Journal B 71, 2009.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from algorithms.centrality.degree import degrees
from algorithms.csr import Csr, Floats, Ints, Matrix


class Measure(StrEnum):
    COMMON = "common-neighbours"
    JACCARD = "jaccard"
    ADAMIC_ADAR = "adamic-adar"
    RESOURCES = "resource-allocation"
    PREFERENTIAL = "preferential-attachment"
    COSINE = "cosine"


def similarity(graph: Csr, measure: Measure, first: Ints, second: Ints) -> Floats:
    """Of each pair.

    >>> from algorithms.csr import from_edges
    >>> square = from_edges(np.array([0, 1, 2, 3]), np.array([1, 2, 3, 0]), 4, directed=False)
    >>> similarity(square, Measure.COMMON, np.array([0, 0]), np.array([2, 1])).tolist()
    [2.0, 0.0]
    """
    graph = graph.undirected().unweighted()
    if measure is Measure.PREFERENTIAL:
        ends = degrees(graph)
        return (ends[first] * ends[second]).astype(np.float64)
    weights = _worth(graph, measure)
    matrix = graph.matrix()
    common = _rows(matrix, first).multiply(_rows(matrix, second)).tocsr()
    # The two themselves may stand among each other's neighbours, where one has a loop.
    sources = np.repeat(np.arange(len(first)), np.diff(common.indptr))
    others = (common.indices != first[sources]) & (common.indices != second[sources])
    values = weights[common.indices[others]]
    found: Floats = np.bincount(sources[others], values, len(first)).astype(np.float64)
    return _scaled(graph, measure, found, first, second, _union(matrix, first, second))


def most_similar(graph: Csr, measure: Measure, node: int) -> Floats:
    """Of one node with everybody; with itself, 0.

    >>> from algorithms.csr import from_edges
    >>> square = from_edges(np.array([0, 1, 2, 3]), np.array([1, 2, 3, 0]), 4, directed=False)
    >>> most_similar(square, Measure.JACCARD, 0).tolist()
    [0.0, 0.0, 1.0, 0.0]
    """
    graph = graph.undirected().unweighted().without_loops()
    counts = graph.degrees()
    if measure is Measure.PREFERENTIAL:
        found: Floats = (counts * counts[node]).astype(np.float64)
    else:
        worth = np.zeros(graph.nodes)
        near = graph.row(node)
        worth[near] = _worth(graph, measure)[near]
        found = _through(graph, near, worth)
        if measure is Measure.JACCARD:
            found = _shares(found, counts + counts[node] - found)
        elif measure is Measure.COSINE:
            found = _shares(found, np.sqrt(counts * counts[node]))
    found[node] = 0.0
    return found


def _through(graph: Csr, near: NDArray[np.int32], worth: Floats) -> Floats:
    """What each node gets from these of its neighbours."""
    rows = [graph.row(one) for one in near.tolist()]
    ends = np.concatenate([np.empty(0, np.int32), *rows])
    given = np.repeat(worth[near], [len(row) for row in rows])
    return np.bincount(ends, given, graph.nodes).astype(np.float64)


def _worth(graph: Csr, measure: Measure) -> Floats:
    """What a common neighbour adds."""
    ends = degrees(graph).astype(np.float64)
    if measure is Measure.ADAMIC_ADAR:
        return np.divide(1.0, np.log(np.maximum(ends, 1)), out=np.zeros(len(ends)), where=ends > 1)
    if measure is Measure.RESOURCES:
        return np.divide(1.0, ends, out=np.zeros(len(ends)), where=ends > 0)
    return np.ones(len(ends))


def _rows(matrix: Matrix, nodes: Ints) -> Matrix:
    chosen = sparse.csr_array(
        (np.ones(len(nodes)), nodes, np.arange(len(nodes) + 1)), (len(nodes), matrix.shape[0])
    )
    return chosen @ matrix


def _union(matrix: Matrix, first: Ints, second: Ints) -> Ints:
    """How many neighbours both have together, their own included."""
    both = _rows(matrix, first) + _rows(matrix, second)
    union: Ints = np.diff(both.indptr)
    return union


def _scaled(
    graph: Csr, measure: Measure, found: Floats, first: Ints, second: Ints, union: Ints
) -> Floats:
    below: Floats
    if measure is Measure.JACCARD:
        below = union.astype(np.float64)
    elif measure is Measure.COSINE:
        counts = graph.degrees()
        below = np.sqrt(counts[first] * counts[second])
    else:
        return found
    return _shares(found, below)


def _shares(found: Floats, below: Floats) -> Floats:
    shares: Floats = np.divide(found, below, out=np.zeros(len(found)), where=below > 0)
    return shares
