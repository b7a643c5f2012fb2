"""Small graphs of every sort for properties, as networkx and as ours."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from algorithms.csr import Csr, from_edges


@st.composite
def graphs(
    draw: st.DrawFn,
    *,
    directed: bool | None = None,
    weighted: bool | None = None,
    loops: bool | None = None,
    least: int = 0,
    most: int = 12,
) -> Any:
    """Often disconnected, sometimes empty; isolated nodes and loops unless they are left out."""
    directed = draw(st.booleans()) if directed is None else directed
    weighted = draw(st.booleans()) if weighted is None else weighted
    loops = draw(st.booleans()) if loops is None else loops
    nodes = draw(st.integers(least, most))
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from(range(nodes))
    if nodes:
        node = st.integers(0, nodes - 1)
        weight = st.integers(1, 9) if weighted else st.just(1)
        for a, b, heavy in draw(st.lists(st.tuples(node, node, weight), max_size=3 * nodes)):
            if loops or a != b:
                graph.add_edge(a, b, weight=heavy)
    return graph


def csr(graph: Any, *, weighted: bool = True) -> Csr:
    """Nodes of the graph are 0 … n - 1."""
    edges = list(graph.edges(data="weight", default=1))
    sources = np.array([a for a, _, _ in edges], np.int64)
    targets = np.array([b for _, b, _ in edges], np.int64)
    weights = np.array([w for _, _, w in edges], np.float64) if weighted else None
    return from_edges(sources, targets, len(graph), weights, directed=graph.is_directed())


def array(values: Any, nodes: int) -> Any:
    """A dictionary by node, as an array."""
    return np.array([values[node] for node in range(nodes)], np.float64)
