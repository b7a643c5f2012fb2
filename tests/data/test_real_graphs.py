"""Four real networks: what was published about them is what we count."""

from __future__ import annotations

import numpy as np
import pytest

from algorithms.communities.components import strong_components, weak_components
from algorithms.communities.groups import sizes
from algorithms.communities.leiden import leiden
from algorithms.communities.louvain import louvain
from algorithms.communities.quality import modularity
from algorithms.structure.diameter import diameter
from algorithms.structure.triangles import clustering, transitivity, triangles
from tests.data.files import network

FACEBOOK = "ego-facebook_combined.txt.gz"
LASTFM = "lastfm_asia_edges.csv.xz"
GITHUB = "musae_git_edges.csv.xz"
WIKI = "wiki-Vote.txt.gz"


@pytest.mark.parametrize(
    ("name", "nodes", "edges", "corners", "average", "longest"),
    [
        (FACEBOOK, 4_039, 88_234, 1_612_010, 0.6055, 8),
        (LASTFM, 7_624, 27_806, 40_433, 0.2194, 15),
        (GITHUB, 37_700, 289_003, 523_810, 0.1675, 11),
    ],
)
def test_undirected_ones(
    name: str, nodes: int, edges: int, corners: int, average: float, longest: int
) -> None:
    graph = network(name)
    assert (graph.nodes, graph.edges) == (nodes, edges)
    assert int(triangles(graph).sum()) == 3 * corners
    assert round(float(clustering(graph).mean()), 4) == average
    assert sizes(weak_components(graph)).tolist() == [nodes]
    found = diameter(graph)
    assert (found.lower, found.upper) == (longest, longest)
    assert found.searches < nodes / 4, "most nodes need no search"


def test_global_clustering() -> None:
    assert round(transitivity(network(LASTFM)), 4) == 0.1786


def test_the_directed_one() -> None:
    graph = network(WIKI, directed=True)
    assert (graph.nodes, graph.edges) == (7_115, 103_689)
    assert int(triangles(graph).sum()) == 3 * 608_389
    assert round(float(clustering(graph.undirected()).mean()), 4) == 0.1409
    assert sizes(weak_components(graph))[0] == 7_066
    assert sizes(strong_components(graph))[0] == 1_300


def test_communities_are_good_and_repeatable() -> None:
    graph = network(FACEBOOK)
    for find in (louvain, leiden):
        found = find(graph, seed=5)
        assert np.array_equal(found, find(graph, seed=5))
        assert modularity(graph, found) > 0.83
        finer = find(graph, resolution=4.0, seed=5)
        assert finer.max() > found.max()
