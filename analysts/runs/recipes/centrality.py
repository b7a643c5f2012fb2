"""Who matters. Weights are none: an edge is an edge."""

from __future__ import annotations

import numpy as np

from algorithms.centrality.betweenness import betweenness, sampled_betweenness
from algorithms.centrality.closeness import closeness, harmonic, sampled_harmonic
from algorithms.centrality.degree import degrees, in_degrees, out_degrees
from algorithms.centrality.pagerank import pagerank
from algorithms.centrality.spectral import eigenvector, hits, katz, katz_alpha
from algorithms.csr import Csr
from algorithms.parallel import Tell
from algorithms.walks.salsa import salsa
from analysts.runs.values import Options, Outcome

# A power iteration that creeps is given longer than networkx gives it.
PATIENCE = 10_000


def by_degree(graph: Csr, options: Options, tell: Tell) -> Outcome:
    found = degrees(graph)
    mean = float(found.mean()) if len(found) else 0.0
    return Outcome(found, {"largest": int(found.max(initial=0)), "average": mean})


def by_in_degree(graph: Csr, options: Options, tell: Tell) -> Outcome:
    found = in_degrees(graph)
    return Outcome(found, {"largest": int(found.max(initial=0))})


def by_out_degree(graph: Csr, options: Options, tell: Tell) -> Outcome:
    found = out_degrees(graph)
    return Outcome(found, {"largest": int(found.max(initial=0))})


def by_pagerank(graph: Csr, options: Options, tell: Tell) -> Outcome:
    personal = None
    if options.source is not None:
        personal = np.zeros(graph.nodes)
        personal[options.source] = 1.0
    return Outcome(pagerank(graph, personal=personal))


def by_hits(graph: Csr, options: Options, tell: Tell) -> Outcome:
    return Outcome(np.abs(hits(graph, max_iter=PATIENCE)[1]))


def by_hubs(graph: Csr, options: Options, tell: Tell) -> Outcome:
    return Outcome(np.abs(hits(graph, max_iter=PATIENCE)[0]))


def by_katz(graph: Csr, options: Options, tell: Tell) -> Outcome:
    alpha = katz_alpha(graph)
    return Outcome(katz(graph, alpha), {"alpha": alpha})


def by_eigenvector(graph: Csr, options: Options, tell: Tell) -> Outcome:
    return Outcome(eigenvector(graph, max_iter=PATIENCE))


def by_closeness(graph: Csr, options: Options, tell: Tell) -> Outcome:
    return Outcome(closeness(graph, tell=tell))


def by_harmonic(graph: Csr, options: Options, tell: Tell) -> Outcome:
    if options.samples is None:
        return Outcome(harmonic(graph, tell))
    found, bound = sampled_harmonic(graph, options.samples, options.seed, tell)
    return Outcome(found, {"samples": min(options.samples, graph.nodes), "errorBound": bound})


def by_betweenness(graph: Csr, options: Options, tell: Tell) -> Outcome:
    if options.samples is None:
        return Outcome(betweenness(graph, tell=tell))
    found, bound = sampled_betweenness(graph, options.samples, options.seed, tell)
    return Outcome(found, {"samples": min(options.samples, graph.nodes), "errorBound": bound})


def by_salsa(graph: Csr, options: Options, tell: Tell) -> Outcome:
    return Outcome(salsa(graph, options.source)[1])
