"""Clustering, distances and the shape of the whole under networkx's names."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import networkx as nx
import numpy as np

from algorithms.errors import NoAnswer
from algorithms.paths import distances
from algorithms.structure import degrees
from algorithms.structure import diameter as longest
from algorithms.structure import triangles as corners
from amity.backend.graph import Graph

Node = Hashable


def triangles(G: Graph, nodes: Any = None) -> Any:
    return _of(G, corners.triangles(G.plain), nodes)


def clustering(G: Graph, nodes: Any = None, weight: str | None = None) -> Any:
    return _of(G, corners.clustering(G.csr(weight)), nodes)


def average_clustering(
    G: Graph,
    nodes: Iterable[Node] | None = None,
    weight: str | None = None,
    count_zeros: bool = True,
) -> float:
    found = list(_of(G, corners.clustering(G.csr(weight)), nodes).values())
    if not count_zeros:
        found = [value for value in found if abs(value) > 0]
    return float(sum(found) / len(found))


def transitivity(G: Graph) -> float:
    if G.is_directed():
        raise NotImplementedError("networkx counts other triangles in directed graphs")
    return corners.transitivity(G.plain) or 0


def degree_assortativity_coefficient(
    G: Graph, x: str = "out", y: str = "in", weight: str | None = None, nodes: Any = None
) -> float:
    return degrees.assortativity(G.plain)


def overall_reciprocity(G: Graph) -> float:
    if G.number_of_edges() == 0:
        raise nx.NetworkXError("Not defined for empty graphs")
    return degrees.reciprocity(G.plain)


def diameter(G: Graph, e: Any = None, usebounds: bool = False, weight: str | None = None) -> int:
    if len(G) == 0:
        raise ValueError("max() arg is an empty sequence")
    try:
        return longest.diameter(G.plain).lower
    except NoAnswer:
        raise nx.NetworkXError(
            "Found infinite path length because the graph is not connected"
        ) from None


def single_source_shortest_path_length(
    G: Graph, source: Node, cutoff: float | None = None
) -> dict[Node, int]:
    steps = distances.steps_from(G.plain, G.at(source))
    reached = np.flatnonzero((steps >= 0) & (steps <= (np.inf if cutoff is None else cutoff)))
    return _nearest(G, steps, reached)


def single_source_dijkstra_path_length(
    G: Graph, source: Node, cutoff: float | None = None, weight: str | None = "weight"
) -> dict[Node, float]:
    csr = G.csr(weight)
    if csr.weights is not None and csr.arcs and csr.weights.min() < 0:
        raise ValueError("Contradictory paths found:", "negative weights?")
    far = distances.distances_from(csr, G.at(source))
    reached = np.flatnonzero(far <= (np.finfo(np.float64).max if cutoff is None else cutoff))
    return _nearest(G, far, reached)


def _nearest(G: Graph, values: Any, reached: Any) -> dict[Node, Any]:
    order = reached[np.argsort(values[reached], kind="stable")]
    return {
        G.nodes[node]: value
        for node, value in zip(order.tolist(), values[order].tolist(), strict=True)
    }


def _of(G: Graph, values: Any, nodes: Any) -> Any:
    """Of everybody, of one node, or of some."""
    if nodes is None:
        return G.by_node(values)
    if nodes in G:
        return values[G.place[nodes]].item()
    return {node: values[G.place[node]].item() for node in nodes if node in G}
