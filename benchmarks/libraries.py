"""Every algorithm as each library spells it: by name, what makes the graph ready and then the run.

Undirected, unless what is asked has no sense there. Where a library has no such call, it is left
out.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np

SOURCES = 64  # of betweenness
PART = 3_000  # nodes, for what searches from every node
PATHS = 5
ALPHA = 0.001  # of Katz: below 1 / the largest eigenvalue of the graphs here
Run = Callable[[], object]
Ready = Callable[[], Run]


def amity(edges: Any) -> dict[str, Ready]:
    from algorithms.centrality.betweenness import dependencies
    from algorithms.centrality.closeness import closeness, harmonic
    from algorithms.centrality.degree import degrees
    from algorithms.centrality.pagerank import pagerank
    from algorithms.centrality.spectral import eigenvector, hits, katz
    from algorithms.communities.components import strong_components, weak_components
    from algorithms.communities.cores import core_numbers
    from algorithms.communities.labels import propagate
    from algorithms.communities.leiden import leiden
    from algorithms.communities.louvain import louvain
    from algorithms.communities.quality import modularity
    from algorithms.csr import from_edges
    from algorithms.paths.distances import steps_from
    from algorithms.paths.shortest import shortest_paths
    from algorithms.similarity.common import Measure, most_similar
    from algorithms.structure.degrees import assortativity, reciprocity
    from algorithms.structure.diameter import diameter
    from algorithms.structure.triangles import clustering, transitivity, triangles

    nodes = int(edges.max()) + 1
    graph = from_edges(edges[:, 0], edges[:, 1], nodes, directed=False)
    hub, other = hub_and_other(graph.degrees())
    personal = np.zeros(nodes)
    personal[hub] = 1.0

    def arrows() -> Any:
        return from_edges(edges[:, 0], edges[:, 1], nodes)

    def part() -> Any:
        return graph.part(np.arange(min(nodes, PART)))

    def whole() -> Any:
        labels = weak_components(graph)
        return graph.part(np.flatnonzero(labels == 0))

    def alike(measure: Measure) -> Ready:
        return lambda: lambda: most_similar(graph, measure, hub)

    return {
        "degree": lambda: lambda: degrees(graph),
        "pagerank": lambda: lambda: pagerank(graph),
        "personalised pagerank": lambda: lambda: pagerank(graph, personal=personal),
        "hits": lambda: _with(arrows(), hits),
        "katz": lambda: lambda: katz(graph, ALPHA),
        "eigenvector": lambda: lambda: eigenvector(graph, max_iter=1_000),
        "closeness": lambda: _with(part(), closeness),
        "harmonic": lambda: _with(part(), harmonic),
        "betweenness": lambda: lambda: dependencies(graph, np.arange(SOURCES)),
        "wcc": lambda: lambda: weak_components(graph),
        "scc": lambda: _with(arrows(), strong_components),
        "labels": lambda: lambda: propagate(graph),
        "louvain": lambda: lambda: louvain(graph),
        "leiden": lambda: lambda: leiden(graph),
        "modularity": lambda: _with(halves(nodes), lambda half: modularity(graph, half)),
        "kcore": lambda: lambda: core_numbers(graph),
        "triangles": lambda: lambda: triangles(graph),
        "clustering": lambda: lambda: clustering(graph),
        "transitivity": lambda: lambda: transitivity(graph),
        "adamic-adar": alike(Measure.ADAMIC_ADAR),
        "jaccard": alike(Measure.JACCARD),
        "resource-allocation": alike(Measure.RESOURCES),
        "preferential-attachment": alike(Measure.PREFERENTIAL),
        "bfs": lambda: lambda: steps_from(graph, hub),
        "paths": lambda: lambda: list(islice(shortest_paths(graph, hub, other), PATHS)),
        "diameter": lambda: _with(whole(), diameter),
        "assortativity": lambda: lambda: assortativity(graph),
        "reciprocity": lambda: _with(arrows(), reciprocity),
    }


def networkx(edges: Any) -> dict[str, Ready]:
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(int(edges.max()) + 1))
    graph.add_edges_from(edges.tolist())
    hub, other = hub_and_other(np.array([degree for _, degree in graph.degree]))
    pairs = [(hub, node) for node in graph if node != hub]

    def arrows() -> Any:
        made = nx.DiGraph()
        made.add_nodes_from(graph)
        made.add_edges_from(edges.tolist())
        return made

    def part() -> Any:
        return graph.subgraph(range(min(len(graph), PART))).copy()

    def parts() -> list[set[int]]:
        half = halves(len(graph))
        return [set(np.flatnonzero(half == side).tolist()) for side in (0, 1)]

    def alike(function: Callable[..., Any]) -> Ready:
        return lambda: lambda: list(function(graph, pairs))

    return {
        "degree": lambda: lambda: dict(graph.degree),
        "pagerank": lambda: lambda: nx.pagerank(graph),
        "personalised pagerank": lambda: lambda: nx.pagerank(graph, personalization={hub: 1}),
        "hits": lambda: _with(arrows(), nx.hits),
        "katz": lambda: lambda: nx.katz_centrality(graph, ALPHA),
        "eigenvector": lambda: lambda: nx.eigenvector_centrality(graph, max_iter=1_000),
        "closeness": lambda: _with(part(), nx.closeness_centrality),
        "harmonic": lambda: _with(part(), nx.harmonic_centrality),
        "betweenness": lambda: lambda: nx.betweenness_centrality(graph, k=SOURCES, seed=1),
        "wcc": lambda: lambda: list(nx.connected_components(graph)),
        "scc": lambda: _with(arrows(), lambda made: list(nx.strongly_connected_components(made))),
        "labels": lambda: lambda: list(nx.community.label_propagation_communities(graph)),
        "louvain": lambda: lambda: nx.community.louvain_communities(graph, seed=1),
        "modularity": lambda: _with(parts(), lambda made: nx.community.modularity(graph, made)),
        "kcore": lambda: lambda: nx.core_number(graph),
        "triangles": lambda: lambda: nx.triangles(graph),
        "clustering": lambda: lambda: nx.clustering(graph),
        "transitivity": lambda: lambda: nx.transitivity(graph),
        "adamic-adar": alike(nx.adamic_adar_index),
        "jaccard": alike(nx.jaccard_coefficient),
        "resource-allocation": alike(nx.resource_allocation_index),
        "preferential-attachment": alike(nx.preferential_attachment),
        "bfs": lambda: lambda: nx.single_source_shortest_path_length(graph, hub),
        "paths": lambda: lambda: list(islice(nx.shortest_simple_paths(graph, hub, other), PATHS)),
        "assortativity": lambda: lambda: nx.degree_assortativity_coefficient(graph),
        "reciprocity": lambda: _with(arrows(), nx.overall_reciprocity),
    }


def igraph(edges: Any) -> dict[str, Ready]:
    import igraph as ig

    nodes = int(edges.max()) + 1
    graph = ig.Graph(n=nodes, edges=edges.tolist())
    hub, other = hub_and_other(np.array(graph.degree()))

    def arrows() -> Any:
        return ig.Graph(n=nodes, edges=edges.tolist(), directed=True)

    def part() -> Any:
        return graph.subgraph(range(min(nodes, PART)))

    return {
        "degree": lambda: lambda: graph.degree(),
        "pagerank": lambda: lambda: graph.pagerank(),
        "personalised pagerank": lambda: lambda: graph.personalized_pagerank(reset_vertices=hub),
        "hits": lambda: _with(arrows(), lambda made: (made.hub_score(), made.authority_score())),
        "eigenvector": lambda: lambda: graph.eigenvector_centrality(),
        "closeness": lambda: _with(part(), lambda made: made.closeness()),
        "harmonic": lambda: _with(part(), lambda made: made.harmonic_centrality()),
        "betweenness": lambda: lambda: graph.betweenness(sources=list(range(SOURCES))),
        "wcc": lambda: lambda: graph.connected_components().membership,
        "scc": lambda: _with(arrows(), lambda made: made.connected_components().membership),
        "labels": lambda: lambda: graph.community_label_propagation(),
        "louvain": lambda: lambda: graph.community_multilevel(),
        "leiden": lambda: lambda: graph.community_leiden("modularity", n_iterations=2),
        "modularity": lambda: _with(halves(nodes).tolist(), graph.modularity),
        "kcore": lambda: lambda: graph.coreness(),
        "triangles": lambda: lambda: graph.list_triangles(),
        "clustering": lambda: lambda: graph.transitivity_local_undirected(mode="zero"),
        "transitivity": lambda: lambda: graph.transitivity_undirected(),
        "adamic-adar": lambda: lambda: graph.similarity_inverse_log_weighted([hub]),
        "bfs": lambda: lambda: graph.distances(source=hub),
        "paths": lambda: lambda: graph.get_k_shortest_paths(hub, other, k=PATHS),
        "assortativity": lambda: lambda: graph.assortativity_degree(),
        "reciprocity": lambda: _with(arrows(), lambda made: made.reciprocity()),
    }


def _with(made: Any, run: Callable[[Any], object]) -> Run:
    """What is made is made before the clock runs."""
    return lambda: run(made)


def hub_and_other(degrees: Any) -> tuple[int, int]:
    """Who has the most neighbours, and somebody who has one."""
    return int(np.argmax(degrees)), int(np.flatnonzero(degrees == 1)[0])


def halves(nodes: int) -> Any:
    """Two groups, for what is said of a grouping."""
    return (np.arange(nodes) % 2).astype(np.int64)


LIBRARIES = {"amity": amity, "networkx": networkx, "igraph": igraph}
# Who compiles on first use, and keeps it for the processes after.
FIRST = ("amity",)
