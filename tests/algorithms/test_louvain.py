"""Louvain: groupings as good as networkx's, the same for the same seed, and its levels."""

from __future__ import annotations

from statistics import fmean
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from networkx.algorithms import community

from algorithms.communities.groups import by_size
from algorithms.communities.louvain import louvain
from algorithms.communities.moving import first_level
from algorithms.communities.quality import modularity
from tests.algorithms.graphs import csr, graphs

SEEDS = range(8)
SORTS = {
    "power law": lambda: nx.powerlaw_cluster_graph(600, 4, 0.3, seed=5),
    "planted": lambda: nx.planted_partition_graph(12, 40, 0.25, 0.01, seed=5),
    "random": lambda: nx.gnm_random_graph(500, 1_500, seed=5),
    "cliques": lambda: nx.connected_caveman_graph(30, 6),
    "people": nx.les_miserables_graph,  # with weights
}


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("resolution", [0.7, 1.0, 1.6])
def test_no_worse_than_networkx(sort: str, resolution: float) -> None:
    """On the average of the same number of seeds; half a hundredth is what dice decide."""
    graph = nx.convert_node_labels_to_integers(SORTS[sort]())
    ours = csr(graph)
    found, theirs = [], []
    for seed in SEEDS:
        found.append(modularity(ours, louvain(ours, resolution, seed=seed), resolution))
        parts = community.louvain_communities(graph, resolution=resolution, seed=seed)
        theirs.append(community.modularity(graph, parts, resolution=resolution))
    assert fmean(found) >= fmean(theirs) - 0.005
    assert max(found) >= max(theirs) - 0.005


def test_a_seed_repeats_and_another_need_not() -> None:
    graph = csr(nx.gnm_random_graph(300, 900, seed=1))
    found = [louvain(graph, seed=seed).tolist() for seed in (3, 3, 4)]
    assert found[0] == found[1] != found[2]


@settings(max_examples=200)
@given(graph=graphs(directed=False, least=1))
def test_a_merged_level_is_the_sum_of_its_nodes(graph: Any) -> None:
    level = first_level(csr(graph))
    labels = by_size(np.arange(len(graph)) % 3)
    whole = level.merged(labels)
    matrix = np.zeros((level.nodes, level.nodes))
    for node in range(level.nodes):
        row = slice(level.starts[node], level.starts[node + 1])
        matrix[node, level.targets[row]] = level.weights[row]
    member = np.eye(whole.nodes)[labels]
    expected = member.T @ matrix @ member
    for group in range(whole.nodes):
        row = slice(whole.starts[group], whole.starts[group + 1])
        assert whole.targets[row].tolist() == np.flatnonzero(expected[group]).tolist()
        assert whole.weights[row] == pytest.approx(expected[group][expected[group] != 0])
    assert whole.strength == pytest.approx(expected.sum(axis=1))
    assert whole.inside == pytest.approx(np.trace(expected))
    if level.total:
        assert whole.modularity(1.0) == pytest.approx(modularity(csr(graph), labels))
