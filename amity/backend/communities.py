"""Components, cores, communities and their quality under networkx's names."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from random import Random
from typing import Any

import networkx as nx
import numpy as np
from networkx.algorithms.community import is_partition

from algorithms.communities import cores, groups, leiden, louvain, quality
from algorithms.communities.components import strong_components, weak_components
from algorithms.communities.groups import Labels
from amity.backend.graph import Graph

Node = Hashable
Sets = Iterator[set[Node]]


def connected_components(G: Graph) -> Sets:
    yield from _sets(G, weak_components(G.plain))


def weakly_connected_components(G: Graph) -> Sets:
    yield from _sets(G, weak_components(G.plain))


def strongly_connected_components(G: Graph) -> Sets:
    yield from _sets(G, strong_components(G.plain))


def number_connected_components(G: Graph) -> int:
    return _count(weak_components(G.plain))


def number_weakly_connected_components(G: Graph) -> int:
    return _count(weak_components(G.plain))


def number_strongly_connected_components(G: Graph) -> int:
    return _count(strong_components(G.plain))


def is_connected(G: Graph) -> bool:
    return _one(G, weak_components(G.plain))


def is_weakly_connected(G: Graph) -> bool:
    return _one(G, weak_components(G.plain))


def is_strongly_connected(G: Graph) -> bool:
    return _one(G, strong_components(G.plain))


def core_number(G: Graph) -> dict[Node, int]:
    if G.plain.loops():
        raise nx.NetworkXNotImplemented(
            "Input graph has self loops which is not permitted; "
            "Consider using G.remove_edges_from(nx.selfloop_edges(G))."
        )
    return G.by_node(cores.core_numbers(G.plain))


def louvain_communities(
    G: Graph,
    weight: str | None = "weight",
    resolution: float = 1,
    threshold: float = louvain.THRESHOLD,
    max_level: int | None = None,
    seed: Random | None = None,
) -> list[set[Node]]:
    if max_level is not None and max_level <= 0:
        raise ValueError("max_level argument must be a positive integer or None")
    found = louvain.levels(G.csr(weight), resolution, threshold, max_level, _seed(seed))
    return list(_sets(G, found[-1]))


def louvain_partitions(
    G: Graph,
    weight: str | None = "weight",
    resolution: float = 1,
    threshold: float = louvain.THRESHOLD,
    seed: Random | None = None,
) -> Iterator[list[set[Node]]]:
    for labels in louvain.levels(G.csr(weight), resolution, threshold, None, _seed(seed)):
        yield list(_sets(G, labels))


def leiden_communities(
    G: Graph,
    weight: str | None = "weight",
    resolution: float = 1,
    max_level: int | None = None,
    seed: Random | None = None,
) -> list[set[Node]]:
    if max_level is not None and max_level <= 0:
        raise ValueError("max_level argument must be a positive integer or None")
    return list(_sets(G, leiden.leiden(G.csr(weight), resolution, max_level, _seed(seed))))


def leiden_partitions(
    G: Graph, weight: str | None = "weight", resolution: float = 1, seed: Random | None = None
) -> Iterator[list[set[Node]]]:
    for labels in leiden.levels(G.csr(weight), resolution, _seed(seed)):
        yield list(_sets(G, labels))


def modularity(
    G: Graph,
    communities: Iterable[Iterable[Node]],
    weight: str | None = "weight",
    resolution: float = 1,
) -> float:
    parts = [set(part) for part in communities]
    if not is_partition(G, parts):
        raise nx.algorithms.community.NotAPartition(nx.empty_graph(len(G)), parts)
    csr = G.csr(weight)
    if csr.arcs == 0:
        raise ZeroDivisionError("division by zero")
    labels = np.empty(len(G), np.int64)
    for number, part in enumerate(parts):
        labels[[G.place[node] for node in part]] = number
    return quality.modularity(csr, labels, resolution)


def conductance(
    G: Graph,
    S: Iterable[Node],
    T: Iterable[Node] | None = None,
    weight: str | None = None,
) -> float:
    some = np.zeros(len(G), np.bool_)
    some[[G.place[node] for node in S if node in G]] = True
    if T is not None and set(T) != {
        node for node, inside in zip(G.nodes, some, strict=True) if not inside
    }:
        raise NotImplementedError("two sets that are not the whole")
    return quality.conductance(G.csr(weight), some)


def _sets(G: Graph, labels: Labels) -> Sets:
    for group in groups.members(groups.by_size(labels)):
        yield {G.nodes[node] for node in group.tolist()}


def _count(labels: Labels) -> int:
    return int(labels.max(initial=-1)) + 1


def _one(G: Graph, labels: Labels) -> bool:
    if len(G) == 0:
        raise nx.NetworkXPointlessConcept("Connectivity is undefined for the null graph.")
    return _count(labels) == 1


def _seed(seed: Any) -> int:
    """networkx hands over its dice: one throw makes ours."""
    return int((seed or Random()).randrange(2**32))
