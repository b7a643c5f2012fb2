"""What networkx is told about us before anything of ours is imported."""

from __future__ import annotations

from typing import Any

_BY_MODULE = {
    "centrality": (
        "betweenness_centrality",
        "closeness_centrality",
        "degree_centrality",
        "eigenvector_centrality",
        "harmonic_centrality",
        "hits",
        "in_degree_centrality",
        "katz_centrality",
        "out_degree_centrality",
        "pagerank",
    ),
    "communities": (
        "conductance",
        "connected_components",
        "core_number",
        "is_connected",
        "is_strongly_connected",
        "is_weakly_connected",
        "leiden_communities",
        "leiden_partitions",
        "louvain_communities",
        "louvain_partitions",
        "modularity",
        "number_connected_components",
        "number_strongly_connected_components",
        "number_weakly_connected_components",
        "strongly_connected_components",
        "weakly_connected_components",
    ),
    "structure": (
        "average_clustering",
        "clustering",
        "degree_assortativity_coefficient",
        "diameter",
        "overall_reciprocity",
        "single_source_dijkstra_path_length",
        "single_source_shortest_path_length",
        "transitivity",
        "triangles",
    ),
    "similarity": (
        "adamic_adar_index",
        "jaccard_coefficient",
        "preferential_attachment",
        "resource_allocation_index",
    ),
}
# By name, the module that has it.
FUNCTIONS: dict[str, str] = {name: module for module, names in _BY_MODULE.items() for name in names}


def get_info() -> dict[str, Any]:
    return {
        "backend_name": "amity",
        "project": "amity",
        "package": "amity",
        "short_summary": "Algorithms on compressed rows, in compiled kernels.",
        "functions": {name: {} for name in FUNCTIONS},
    }
