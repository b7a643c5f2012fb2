"""One library at one algorithm, in a process of its own: seconds and peak memory, as JSON.

    python -m benchmarks.contender LIBRARY ALGORITHM EDGES.npy RUNS

The graph stands ready in the library's own form before anything is timed; ours as a snapshot.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

SOURCES = 64
Run = Callable[[], object]


def main() -> None:
    library, algorithm, path, runs = sys.argv[1:5]
    edges = np.load(path)
    run = CONTENDERS[library](edges)[algorithm]()
    if library == "amity":
        run()  # what is compiled on first use is kept for ever after
    seconds = []
    for _ in range(int(runs)):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": peak}))


def _amity(edges: Any) -> dict[str, Callable[[], Run]]:
    from algorithms.centrality.betweenness import dependencies
    from algorithms.centrality.closeness import closeness
    from algorithms.centrality.pagerank import pagerank
    from algorithms.centrality.spectral import eigenvector
    from algorithms.communities.components import weak_components
    from algorithms.communities.cores import core_numbers
    from algorithms.communities.leiden import leiden
    from algorithms.communities.louvain import louvain
    from algorithms.csr import from_edges
    from algorithms.paths.distances import steps_from
    from algorithms.similarity.common import Measure, most_similar
    from algorithms.structure.triangles import clustering, triangles

    graph = from_edges(edges[:, 0], edges[:, 1], int(edges.max()) + 1, directed=False)
    hub = int(np.argmax(graph.degrees()))
    some = np.arange(SOURCES)
    part = graph.part(np.arange(min(graph.nodes, 3_000)))
    return {
        "pagerank": lambda: lambda: pagerank(graph),
        "eigenvector": lambda: lambda: eigenvector(graph, max_iter=1_000),
        "betweenness": lambda: lambda: dependencies(graph, some),
        "closeness": lambda: lambda: closeness(part),
        "wcc": lambda: lambda: weak_components(graph),
        "kcore": lambda: lambda: core_numbers(graph),
        "triangles": lambda: lambda: triangles(graph),
        "clustering": lambda: lambda: clustering(graph),
        "louvain": lambda: lambda: louvain(graph),
        "leiden": lambda: lambda: leiden(graph),
        "bfs": lambda: lambda: steps_from(graph, hub),
        "adamic-adar": lambda: lambda: most_similar(graph, Measure.ADAMIC_ADAR, hub),
    }


def _networkx(edges: Any) -> dict[str, Callable[[], Run]]:
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(int(edges.max()) + 1))
    graph.add_edges_from(edges.tolist())
    hub = max(graph, key=graph.degree)
    part = graph.subgraph(range(min(len(graph), 3_000))).copy()
    pairs = [(hub, node) for node in graph if node != hub]
    return {
        "pagerank": lambda: lambda: nx.pagerank(graph),
        "eigenvector": lambda: lambda: nx.eigenvector_centrality(graph, max_iter=1_000),
        "betweenness": lambda: lambda: nx.betweenness_centrality(graph, k=SOURCES, seed=1),
        "closeness": lambda: lambda: nx.closeness_centrality(part),
        "wcc": lambda: lambda: list(nx.connected_components(graph)),
        "kcore": lambda: lambda: nx.core_number(graph),
        "triangles": lambda: lambda: nx.triangles(graph),
        "clustering": lambda: lambda: nx.clustering(graph),
        "louvain": lambda: lambda: nx.community.louvain_communities(graph, seed=1),
        "bfs": lambda: lambda: nx.single_source_shortest_path_length(graph, hub),
        "adamic-adar": lambda: lambda: list(nx.adamic_adar_index(graph, pairs)),
    }


def _igraph(edges: Any) -> dict[str, Callable[[], Run]]:
    import igraph

    graph = igraph.Graph(n=int(edges.max()) + 1, edges=edges.tolist())
    hub = int(np.argmax(graph.degree()))
    part = graph.subgraph(range(min(graph.vcount(), 3_000)))
    some = list(range(SOURCES))
    return {
        "pagerank": lambda: lambda: graph.pagerank(),
        "eigenvector": lambda: lambda: graph.eigenvector_centrality(),
        "betweenness": lambda: lambda: graph.betweenness(sources=some),
        "closeness": lambda: lambda: part.closeness(),
        "wcc": lambda: lambda: graph.connected_components().membership,
        "kcore": lambda: lambda: graph.coreness(),
        "triangles": lambda: lambda: graph.list_triangles(),
        "clustering": lambda: lambda: graph.transitivity_local_undirected(mode="zero"),
        "louvain": lambda: lambda: graph.community_multilevel(),
        "leiden": lambda: lambda: graph.community_leiden("modularity", n_iterations=2),
        "bfs": lambda: lambda: graph.distances(source=hub),
        # With one pair each, as networkx is asked: igraph has no call for one with everybody.
        "adamic-adar": lambda: lambda: graph.similarity_inverse_log_weighted([hub]),
    }


CONTENDERS: dict[str, Callable[[Any], dict[str, Callable[[], Run]]]] = {
    "amity": _amity,
    "networkx": _networkx,
    "igraph": _igraph,
}

if __name__ == "__main__":
    main()
