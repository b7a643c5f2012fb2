"""Centralities under networkx's names, arguments and results."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from random import Random
from typing import Any

import networkx as nx
import numpy as np

from algorithms.centrality import betweenness, closeness, degree, spectral
from algorithms.centrality import pagerank as ranks
from algorithms.csr import Floats
from algorithms.errors import NotConverged
from amity.backend.graph import Graph

Node = Hashable
Scores = dict[Node, float]


def pagerank(
    G: Graph,
    alpha: float = 0.85,
    personalization: Mapping[Node, float] | None = None,
    max_iter: int = 100,
    tol: float = 1e-6,
    nstart: Mapping[Node, float] | None = None,
    weight: str | None = "weight",
    dangling: Mapping[Node, float] | None = None,
) -> Scores:
    personal, start, sunk = (
        None if given is None else G.array(given) for given in (personalization, nstart, dangling)
    )
    return G.by_node(
        _converged(
            lambda: ranks.pagerank(G.csr(weight), alpha, personal, start, sunk, tol, max_iter)
        )
    )


def hits(
    G: Graph,
    max_iter: int = 100,
    tol: float = 1e-8,
    nstart: Mapping[Node, float] | None = None,
    normalized: bool = True,
) -> tuple[Scores, Scores]:
    if max_iter <= 0:
        raise nx.PowerIterationFailedConvergence(max_iter)
    start = None if nstart is None else np.array(list(nstart.values()), np.float64)
    hubs, authorities = _converged(
        lambda: spectral.hits(G.csr("weight"), start, normalized, tol, max_iter)
    )
    return G.by_node(hubs), G.by_node(authorities)


def eigenvector_centrality(
    G: Graph,
    max_iter: int = 100,
    tol: float = 1e-6,
    nstart: Mapping[Node, float] | None = None,
    weight: str | None = None,
) -> Scores:
    if len(G) == 0:
        raise nx.NetworkXPointlessConcept("cannot compute centrality for the null graph")
    start = None if nstart is None else G.array(nstart)
    if start is not None and not start.any():
        raise nx.NetworkXError("initial vector cannot have all zero values")
    csr = G.csr(weight)
    return G.by_node(_converged(lambda: spectral.eigenvector(csr, start, tol, max_iter)))


def katz_centrality(
    G: Graph,
    alpha: float = 0.1,
    beta: float | Mapping[Node, float] = 1.0,
    max_iter: int = 1000,
    tol: float = 1e-6,
    nstart: Mapping[Node, float] | None = None,
    normalized: bool = True,
    weight: str | None = None,
) -> Scores:
    if len(G) == 0:
        return {}
    start = None if nstart is None else G.array(nstart)
    given = _beta(G, beta)
    csr = G.csr(weight)
    return G.by_node(
        _converged(lambda: spectral.katz(csr, alpha, given, start, normalized, tol, max_iter))
    )


def _beta(G: Graph, beta: Any) -> float | Floats:
    if isinstance(beta, Mapping):
        if set(beta) != set(G):
            raise nx.NetworkXError("beta dictionary must have a value for every node")
        return G.array(beta)
    try:
        return float(beta)
    except (TypeError, ValueError):
        raise nx.NetworkXError("beta must be a number or a dictionary of numbers") from None


def degree_centrality(G: Graph) -> Scores:
    return G.by_node(degree.degree_centrality(degree.degrees(G.plain)))


def in_degree_centrality(G: Graph) -> Scores:
    return G.by_node(degree.degree_centrality(degree.in_degrees(G.plain)))


def out_degree_centrality(G: Graph) -> Scores:
    return G.by_node(degree.degree_centrality(degree.out_degrees(G.plain)))


def closeness_centrality(
    G: Graph, u: Node | None = None, distance: str | None = None, wf_improved: bool = True
) -> Scores | float:
    found: Scores = G.by_node(closeness.closeness(G.csr(distance), wf_improved))
    if u is None:
        return found
    G.at(u)
    return found[u]


def harmonic_centrality(
    G: Graph,
    nbunch: Iterable[Node] | None = None,
    distance: str | None = None,
    sources: Iterable[Node] | None = None,
) -> Scores:
    return G.by_node(closeness.harmonic(G.csr(distance)))


def betweenness_centrality(
    G: Graph,
    k: int | None = None,
    normalized: bool = True,
    weight: str | None = None,
    endpoints: bool = False,
    seed: Random | None = None,
) -> Scores:
    """`k` sources are drawn as networkx draws them, so that the same seed takes the same."""
    chosen = None
    if k is not None and k != len(G):
        chosen = np.array([G.place[node] for node in (seed or Random()).sample(G.nodes, k)])
    sources = np.arange(len(G)) if chosen is None else chosen
    csr = G.csr(weight)
    if csr.weights is not None and csr.arcs and csr.weights.min() <= 0:
        raise NotImplementedError("weights that are not above 0")
    found = betweenness.dependencies(csr, sources, endpoints)
    return G.by_node(_scaled(found, len(G), chosen, normalized, csr.directed, endpoints))


def _scaled(
    found: Floats, nodes: int, chosen: Any, normalized: bool, directed: bool, endpoints: bool
) -> Floats:
    """A share of the pairs that could lead through a node; a source is no pair's middle."""
    others = nodes if endpoints else nodes - 1
    if others < 2:
        return found
    sources = others if chosen is None else len(chosen)
    if chosen is None or endpoints:
        return found * _scale(sources, others, normalized, directed)
    scaled = found * _scale(sources, others, normalized, directed)
    own = _scale(sources - 1, others, normalized, directed) if sources > 1 else math.nan
    scaled[chosen] = found[chosen] * own
    return scaled


def _scale(sources: int, others: int, normalized: bool, directed: bool) -> float:
    if normalized:
        return 1 / (sources * (others - 1))
    return others / (sources * (1 if directed else 2))


def _converged(compute: Callable[[], Any]) -> Any:
    try:
        return compute()
    except NotConverged as still:
        raise nx.PowerIterationFailedConvergence(still.steps) from None
