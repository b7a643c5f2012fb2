"""A graph of arrays that networkx's functions accept, and the ways to and from networkx."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import networkx as nx
import numpy as np

from algorithms.csr import Csr, Floats, from_edges

Node = Hashable


class Graph:
    """Nodes in order, and arrays: one without weights, and one for each attribute that weighs.

    Read only: whoever wants to change a graph changes a networkx one.
    """

    __networkx_backend__ = "amity"

    def __init__(
        self,
        nodes: Sequence[Node],
        csr: Csr,
        weighted: Mapping[str, Csr] | None = None,
        attributes: Mapping[str, Any] | None = None,
    ) -> None:
        self.nodes = list(nodes)
        self.plain = csr.unweighted()
        self.weighted = dict(weighted or ({"weight": csr} if csr.weights is not None else {}))
        self.graph = dict(attributes or {})
        self.place = {node: at for at, node in enumerate(self.nodes)}
        self.__networkx_cache__: dict[str, Any] = {}

    def csr(self, weight: str | None) -> Csr:
        return self.plain if weight is None else self.weighted.get(weight, self.plain)

    def by_node(self, values: Any) -> dict[Node, Any]:
        """One value each, as plain numbers."""
        return dict(zip(self.nodes, values.tolist(), strict=True))

    def array(self, values: Mapping[Node, float], missing: float = 0.0) -> Floats:
        return np.array([values.get(node, missing) for node in self.nodes], np.float64)

    def at(self, node: Node) -> int:
        try:
            return self.place[node]
        except (KeyError, TypeError):
            raise nx.NodeNotFound(f"Node {node} is not in the graph") from None

    # --- what networkx and its decorators ask of any graph

    def is_directed(self) -> bool:
        return self.plain.directed

    def is_multigraph(self) -> bool:
        return False

    def number_of_nodes(self) -> int:
        return len(self.nodes)

    def number_of_edges(self) -> int:
        return self.plain.edges

    order = number_of_nodes

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __contains__(self, node: object) -> bool:
        try:
            return node in self.place
        except TypeError:
            return False


def from_networkx(
    graph: Any,
    *,
    edge_attrs: Mapping[str, Any] | None = None,
    preserve_edge_attrs: bool = False,
    **_: Any,
) -> Graph:
    """`edge_attrs`: attributes that weigh, each with its value where an edge has none."""
    if isinstance(graph, Graph):
        return graph
    if graph.is_multigraph():
        raise NotImplementedError("amity has no graphs with edges that stand twice")
    nodes = list(graph)
    place = {node: at for at, node in enumerate(nodes)}
    wanted = dict(edge_attrs or {})
    if preserve_edge_attrs:
        wanted.setdefault("weight", 1)
    edges = [(place[a], place[b]) for a, b in graph.edges()]
    sources, targets = np.array(edges, np.int64).reshape(-1, 2).T
    directed = graph.is_directed()
    weighted = {
        name: from_edges(
            sources, targets, len(nodes), _weights(graph, name, missing), directed=directed
        )
        for name, missing in wanted.items()
    }
    plain = from_edges(sources, targets, len(nodes), directed=directed)
    return Graph(nodes, plain, weighted, graph.graph)


def _weights(graph: Any, name: str, missing: Any) -> Floats:
    missing = 1 if missing is None else missing
    values = [value for _, _, value in graph.edges(data=name, default=missing)]
    if not all(isinstance(value, int | float | np.number) for value in values):
        raise NotImplementedError(f"{name} is no number on every edge")
    weights = np.array(values, np.float64)
    if not all(map(math.isfinite, values)):
        raise NotImplementedError(f"{name} is not finite on every edge")
    return weights


def to_networkx(result: Any, **_: Any) -> Any:
    """Only graphs need converting; results are networkx's already."""
    if not isinstance(result, Graph):
        return result
    made = nx.DiGraph() if result.is_directed() else nx.Graph()
    made.graph.update(result.graph)
    made.add_nodes_from(result.nodes)
    for name, csr in ({"": result.plain} | result.weighted).items():
        ends = csr.sources().tolist(), csr.targets.tolist()
        for at, (a, b) in enumerate(zip(*ends, strict=True)):
            data = {} if csr.weights is None else {name: float(csr.weights[at])}
            made.add_edge(result.nodes[a], result.nodes[b], **data)
    return made
