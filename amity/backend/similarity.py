"""Link prediction under networkx's names."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

import numpy as np

from algorithms.similarity.common import Measure, similarity
from amity.backend.graph import Graph

Node = Hashable
Pairs = Iterable[tuple[Node, Node]] | None
Scored = Iterator[tuple[Node, Node, float]]


def jaccard_coefficient(G: Graph, ebunch: Pairs = None) -> Scored:
    return _scored(G, Measure.JACCARD, ebunch)


def adamic_adar_index(G: Graph, ebunch: Pairs = None) -> Scored:
    return _scored(G, Measure.ADAMIC_ADAR, ebunch)


def resource_allocation_index(G: Graph, ebunch: Pairs = None) -> Scored:
    return _scored(G, Measure.RESOURCES, ebunch)


def preferential_attachment(G: Graph, ebunch: Pairs = None) -> Iterator[tuple[Node, Node, int]]:
    return ((a, b, int(value)) for a, b, value in _scored(G, Measure.PREFERENTIAL, ebunch))


def _scored(G: Graph, measure: Measure, ebunch: Pairs) -> Scored:
    pairs = list(_strangers(G) if ebunch is None else ebunch)
    first, second = (np.array([G.at(pair[end]) for pair in pairs], np.int64) for end in (0, 1))
    values = similarity(G.plain, measure, first, second).tolist()
    return iter([(a, b, value) for (a, b), value in zip(pairs, values, strict=True)])


def _strangers(G: Graph) -> Iterator[tuple[Node, Node]]:
    """Pairs without an edge, each once."""
    for node in range(len(G)):
        others = np.ones(len(G), np.bool_)
        others[: node + 1] = False
        others[G.plain.row(node)] = False
        for other in np.flatnonzero(others).tolist():
            yield G.nodes[node], G.nodes[other]
