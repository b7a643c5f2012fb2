"""What the whole is like."""

from __future__ import annotations

import math

import numpy as np

from algorithms.centrality.degree import degrees
from algorithms.communities.components import weak_components
from algorithms.csr import Csr
from algorithms.parallel import Tell
from algorithms.structure.degrees import assortativity, distribution, reciprocity
from algorithms.structure.diameter import diameter
from algorithms.structure.triangles import clustering, transitivity, triangles
from analysts.runs.values import Options, Outcome


def by_triangles(graph: Csr, options: Options, tell: Tell) -> Outcome:
    found = triangles(graph.undirected())
    return Outcome(found, {"triangles": int(found.sum()) // 3})


def by_clustering(graph: Csr, options: Options, tell: Tell) -> Outcome:
    graph = graph.undirected()
    found = clustering(graph)
    facts = {
        "averageClustering": float(found.mean()) if len(found) else 0.0,
        "globalClustering": transitivity(graph),
        "triangles": int(triangles(graph).sum()) // 3,
    }
    return Outcome(found, facts)


def the_diameter(graph: Csr, options: Options, tell: Tell) -> Outcome:
    """Of the largest component, whatever way edges point."""
    graph = graph.undirected().without_loops()
    labels = weak_components(graph)
    facts = {"components": int(labels.max(initial=-1)) + 1}
    if graph.nodes == 0:
        return Outcome(facts={"diameter": None, **facts})
    found = diameter(graph.part(np.flatnonzero(labels == 0)), options.samples, tell)
    exact = found.lower if found.lower == found.upper else None
    bounds = {"diameterAtLeast": found.lower, "diameterAtMost": found.upper}
    return Outcome(facts={"diameter": exact, **bounds, "searches": found.searches, **facts})


def the_assortativity(graph: Csr, options: Options, tell: Tell) -> Outcome:
    found = assortativity(graph)
    return Outcome(facts={"assortativity": None if math.isnan(found) else found})


def the_reciprocity(graph: Csr, options: Options, tell: Tell) -> Outcome:
    return Outcome(facts={"reciprocity": reciprocity(graph)})


def the_distribution(graph: Csr, options: Options, tell: Tell) -> Outcome:
    values, nodes = distribution(degrees(graph))
    pairs = zip(values.tolist(), nodes.tolist(), strict=True)
    facts = {
        "largest": int(values.max(initial=0)),
        "degrees": [{"degree": degree, "nodes": count} for degree, count in pairs],
    }
    return Outcome(facts=facts)
