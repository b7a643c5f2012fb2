"""Degrees: how many arcs arrive, leave, or touch. Pure.

L. C. Freeman: Centrality in social networks, conceptual clarification. Social Networks 1, 1979.
"""

from __future__ import annotations

import numpy as np

from algorithms.csr import Csr, Floats, Ints


def out_degrees(graph: Csr) -> Ints:
    """Arcs that leave each node; a loop of an undirected graph has both its ends there.

    >>> from algorithms.csr import from_edges
    >>> out_degrees(from_edges(np.array([0, 0]), np.array([1, 2]), nodes=3)).tolist()
    [2, 0, 0]
    """
    return graph.degrees() if graph.directed else degrees(graph)


def in_degrees(graph: Csr) -> Ints:
    """Arcs that arrive at each node."""
    if not graph.directed:
        return degrees(graph)
    return np.bincount(graph.targets, minlength=graph.nodes).astype(np.int64)


def degrees(graph: Csr) -> Ints:
    """Ends of arcs at each node: of a directed graph both what leaves and what arrives.

    >>> from algorithms.csr import from_edges
    >>> degrees(from_edges(np.array([0, 0]), np.array([1, 2]), nodes=3)).tolist()
    [2, 1, 1]
    """
    out = graph.degrees()
    if graph.directed:
        return out + in_degrees(graph)
    if graph.loopless:
        return out
    sources = graph.sources()
    loops = np.bincount(sources[sources == graph.targets], minlength=graph.nodes)
    return out + loops.astype(np.int64)


def degree_centrality(counts: Ints) -> Floats:
    """Degrees as shares of the most that simple graphs allow: d / (n - 1).

    >>> degree_centrality(np.array([2, 1, 1])).tolist()
    [1.0, 0.5, 0.5]
    """
    if len(counts) <= 1:
        return np.ones(len(counts))
    shares: Floats = counts / (len(counts) - 1)
    return shares
