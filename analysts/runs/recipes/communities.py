"""Who belongs together. Directions of edges do not matter, but to strong components."""

from __future__ import annotations

from typing import Any

import numpy as np

from algorithms.communities.components import strong_components, weak_components
from algorithms.communities.cores import core_numbers
from algorithms.communities.groups import Labels, by_size, sizes
from algorithms.communities.labels import propagate
from algorithms.communities.leiden import leiden
from algorithms.communities.louvain import louvain
from algorithms.communities.quality import conductances, modularity
from algorithms.csr import Csr
from algorithms.parallel import Tell
from analysts.runs.values import Options, Outcome


def by_weak(graph: Csr, options: Options, tell: Tell) -> Outcome:
    return _components(weak_components(graph))


def by_strong(graph: Csr, options: Options, tell: Tell) -> Outcome:
    return _components(strong_components(graph))


def by_louvain(graph: Csr, options: Options, tell: Tell) -> Outcome:
    graph = graph.undirected()
    return _communities(graph, louvain(graph, options.resolution, seed=options.seed))


def by_leiden(graph: Csr, options: Options, tell: Tell) -> Outcome:
    graph = graph.undirected()
    return _communities(graph, leiden(graph, options.resolution, seed=options.seed))


def by_labels(graph: Csr, options: Options, tell: Tell) -> Outcome:
    graph = graph.undirected()
    return _communities(graph, by_size(propagate(graph)))


def by_cores(graph: Csr, options: Options, tell: Tell) -> Outcome:
    found = core_numbers(graph.undirected())
    deepest = int(found.max(initial=0))
    return Outcome(found, {"degeneracy": deepest, "inDeepest": int((found == deepest).sum())})


def _components(labels: Labels) -> Outcome:
    counts = sizes(labels)
    facts = {"components": len(counts), "largest": int(counts.max(initial=0))}
    return Outcome(labels, facts)


def _communities(graph: Csr, labels: Labels) -> Outcome:
    counts = sizes(labels)
    facts: dict[str, Any] = {"communities": len(counts), "largest": int(counts.max(initial=0))}
    if graph.arcs:
        apart = conductances(graph, labels)
        apart = apart[np.isfinite(apart)]
        facts["modularity"] = modularity(graph, labels)
        facts["averageConductance"] = float(apart.mean()) if len(apart) else None
    return Outcome(labels, facts)
