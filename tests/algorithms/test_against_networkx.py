"""What networkx says of 200 random graphs of each sort, we say too.

Directed and not, weighted and not, with loops, disconnected, empty.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from networkx.algorithms import community

from algorithms.centrality.betweenness import betweenness, sampled_betweenness
from algorithms.centrality.closeness import closeness, harmonic, sampled_harmonic
from algorithms.centrality.degree import degree_centrality, degrees, in_degrees, out_degrees
from algorithms.centrality.pagerank import pagerank
from algorithms.centrality.spectral import eigenvector, hits, katz, katz_alpha
from algorithms.communities.components import strong_components, weak_components
from algorithms.communities.cores import core_numbers
from algorithms.communities.groups import by_size, members
from algorithms.communities.leiden import leiden
from algorithms.communities.louvain import levels, louvain
from algorithms.communities.quality import conductance, conductances, modularity
from algorithms.errors import NoAnswer, NotConverged
from algorithms.paths.distances import distances_from, steps_from
from algorithms.paths.shortest import shortest_path, shortest_paths
from algorithms.similarity.common import Measure, most_similar, similarity
from algorithms.structure.degrees import assortativity, reciprocity
from algorithms.structure.diameter import diameter
from algorithms.structure.triangles import clustering, transitivity, triangles
from tests.algorithms.graphs import array, csr, graphs

many = settings(max_examples=200)


def same(ours: Any, theirs: Any, graph: Any) -> None:
    """Ours by node; theirs a dictionary, or a view of one."""
    assert ours == pytest.approx(array(dict(theirs), len(graph)), abs=1e-9, nan_ok=True)


@many
@given(graph=graphs())
def test_degrees(graph: Any) -> None:
    ours = csr(graph, weighted=False)
    same(degrees(ours), graph.degree, graph)
    same(degree_centrality(degrees(ours)), nx.degree_centrality(graph), graph)
    if graph.is_directed():
        same(in_degrees(ours), graph.in_degree, graph)
        same(out_degrees(ours), graph.out_degree, graph)


@many
@given(graph=graphs())
def test_pagerank(graph: Any) -> None:
    same(pagerank(csr(graph)), nx.pagerank(graph), graph)
    if len(graph):
        dear = dict.fromkeys(graph, 0.0) | {0: 3.0, len(graph) - 1: 1.0}
        weights = array(dear, len(graph))
        expected = nx.pagerank(graph, personalization=dear, alpha=0.6)
        same(pagerank(csr(graph), 0.6, personal=weights), expected, graph)


@many
@given(graph=graphs(least=1))
def test_eigenvector_and_katz(graph: Any) -> None:
    ours = csr(graph)
    try:
        expected = nx.eigenvector_centrality(graph, weight="weight")
    except nx.PowerIterationFailedConvergence:
        with pytest.raises(NotConverged):
            eigenvector(ours)
    else:
        same(eigenvector(ours), expected, graph)
    plain = csr(graph, weighted=False)
    alpha = katz_alpha(plain)
    same(katz(plain, alpha), nx.katz_centrality(graph, alpha, weight=None), graph)
    assert max(abs(nx.adjacency_spectrum(graph, weight=None)), default=0) * alpha < 1


@many
@given(graph=graphs(least=2))
def test_hits_are_the_singular_vectors(graph: Any) -> None:
    """Where two are equally strong any mixture is right: what they must fulfil is checked."""
    hubs, authorities = hits(csr(graph), normalized=False)
    matrix = nx.to_numpy_array(graph)
    assert hubs == pytest.approx(matrix @ authorities, abs=1e-7)
    largest = np.linalg.svd(matrix, compute_uv=False)[0] if graph.number_of_edges() else 0.0
    assert matrix.T @ hubs == pytest.approx(largest**2 * authorities, abs=1e-6)


@many
@given(graph=graphs())
def test_closeness_and_harmonic(graph: Any) -> None:
    for weight in (None, "weight"):
        ours = csr(graph, weighted=weight is not None)
        for improved in (True, False):
            expected = nx.closeness_centrality(graph, distance=weight, wf_improved=improved)
            same(closeness(ours, improved), expected, graph)
        same(harmonic(ours), nx.harmonic_centrality(graph, distance=weight), graph)
    if len(graph):
        estimate, bound = sampled_harmonic(csr(graph, weighted=False), len(graph), seed=1)
        assert bound == 0.0
        same(estimate, nx.harmonic_centrality(graph), graph)


@many
@given(graph=graphs())
def test_betweenness(graph: Any) -> None:
    for weight in (None, "weight"):
        ours = csr(graph, weighted=weight is not None)
        for normalized in (True, False):
            expected = nx.betweenness_centrality(graph, weight=weight, normalized=normalized)
            same(betweenness(ours, normalized), expected, graph)
    if len(graph):
        estimate, bound = sampled_betweenness(csr(graph, weighted=False), len(graph) + 1, seed=1)
        assert bound == 0.0
        same(estimate, nx.betweenness_centrality(graph), graph)


def groups(labels: Any) -> list[set[int]]:
    return [set(group.tolist()) for group in members(labels)]


def by_length(parts: Any) -> list[set[int]]:
    return sorted(map(set, parts), key=lambda part: (-len(part), min(part)))


@many
@given(graph=graphs())
def test_components(graph: Any) -> None:
    ours = csr(graph)
    weak = nx.weakly_connected_components if graph.is_directed() else nx.connected_components
    assert groups(weak_components(ours)) == by_length(weak(graph))
    strong = nx.strongly_connected_components if graph.is_directed() else weak
    assert groups(strong_components(ours)) == by_length(strong(graph))


@many
@given(graph=graphs(loops=False))
def test_cores(graph: Any) -> None:
    same(core_numbers(csr(graph)), nx.core_number(graph), graph)


@many
@given(graph=graphs())
def test_triangles_and_clustering(graph: Any) -> None:
    plain = csr(graph, weighted=False)
    same(clustering(plain), nx.clustering(graph), graph)
    same(clustering(csr(graph)), nx.clustering(graph, weight="weight"), graph)
    undirected = graph.to_undirected()
    same(triangles(plain), nx.triangles(undirected), graph)
    assert transitivity(plain) == pytest.approx(nx.transitivity(undirected))


@many
@given(graph=graphs())
def test_modularity_and_conductance(graph: Any) -> None:
    ours = csr(graph)
    labels = by_size(np.arange(len(graph)) // 3 % 2)
    parts = groups(labels)
    for resolution in (1.0, 0.4):
        if graph.number_of_edges():
            expected = community.modularity(graph, parts, resolution=resolution)
            assert modularity(ours, labels, resolution) == pytest.approx(expected)
        else:
            with pytest.raises(NoAnswer):
                modularity(ours, labels, resolution)
    both = conductances(ours, labels)
    for number, part in enumerate(parts):
        some = labels == number
        try:
            expected = nx.conductance(graph, part, weight="weight")
        except ZeroDivisionError:
            assert math.isinf(both[number])
            with pytest.raises(ZeroDivisionError):
                conductance(ours, some)
        else:
            assert conductance(ours, some) == pytest.approx(expected) == both[number]


@many
@given(graph=graphs(directed=False))
def test_no_level_is_worse_than_the_one_below(graph: Any) -> None:
    """And in the finest, no node would be better off with one of its neighbours."""
    ours = csr(graph)
    for found in (louvain(ours, seed=3), leiden(ours, seed=3)):
        assert found.tolist() == by_size(found).tolist()
        if graph.number_of_edges() == 0:
            assert found.tolist() == list(range(len(graph)))
    for group in groups(leiden(ours, seed=3)):
        assert nx.is_connected(graph.subgraph(group))
    if graph.number_of_edges() == 0:
        return
    found = levels(ours, seed=3)
    gained = [modularity(ours, labels) for labels in (np.arange(len(graph)), *found)]
    assert all(above >= below - 1e-9 for below, above in pairwise(gained))
    assert modularity(ours, leiden(ours, seed=3)) >= gained[0] - 1e-9
    for node in graph:
        for group in {int(found[0][other]) for other in graph[node]}:
            moved = found[0].copy()
            moved[node] = group
            assert modularity(ours, moved) <= gained[1] + 1e-9


PAIRWISE: list[tuple[Measure, Callable[..., Any]]] = [
    (Measure.JACCARD, nx.jaccard_coefficient),
    (Measure.ADAMIC_ADAR, nx.adamic_adar_index),
    (Measure.RESOURCES, nx.resource_allocation_index),
    (Measure.PREFERENTIAL, nx.preferential_attachment),
]


@many
@given(graph=graphs(directed=False))
def test_similarity(graph: Any) -> None:
    ours = csr(graph)
    pairs = [(a, b) for a in graph for b in graph if a != b]
    first, second = (np.array([pair[end] for pair in pairs], np.int64) for end in (0, 1))
    for measure, theirs in PAIRWISE:
        found = similarity(ours, measure, first, second)
        assert found == pytest.approx(np.array([value for _, _, value in theirs(graph, pairs)]))
    common = [len(set(nx.common_neighbors(graph, a, b))) for a, b in pairs]
    assert similarity(ours, Measure.COMMON, first, second).tolist() == common
    sizes = [math.sqrt(len(graph[a]) * len(graph[b])) or math.inf for a, b in pairs]
    cosine = np.array(common) / np.array(sizes)
    assert similarity(ours, Measure.COSINE, first, second) == pytest.approx(cosine)


@many
@given(graph=graphs(directed=False, loops=False, least=1))
def test_one_with_everybody_is_each_of_its_pairs(graph: Any) -> None:
    ours = csr(graph)
    others = np.arange(1, len(graph))
    for measure in Measure:
        found = most_similar(ours, measure, 0)
        assert found[0] == 0
        assert found[1:] == pytest.approx(similarity(ours, measure, others * 0, others))


@many
@given(graph=graphs(least=1))
def test_distances(graph: Any) -> None:
    steps = nx.single_source_shortest_path_length(graph, 0)
    expected = dict.fromkeys(graph, -1) | steps
    same(steps_from(csr(graph), 0), expected, graph)
    by_weight = nx.single_source_dijkstra_path_length(graph, 0)
    same(distances_from(csr(graph), 0), dict.fromkeys(graph, math.inf) | by_weight, graph)


@many
@given(graph=graphs(least=2, most=7))
def test_shortest_paths(graph: Any) -> None:
    target = len(graph) - 1
    for weight in (None, "weight"):
        ours = csr(graph, weighted=weight is not None)
        found = [length for length, _ in shortest_paths(ours, 0, target)]
        paths = [path for _, path in shortest_paths(ours, 0, target)]
        if not nx.has_path(graph, 0, target):
            assert paths == []
            assert shortest_path(ours, 0, target) is None
            continue
        theirs = list(nx.shortest_simple_paths(graph, 0, target, weight=weight))
        assert sorted(paths) == sorted(map(tuple, theirs))
        assert found == sorted(found)
        first = nx.shortest_path_length(graph, 0, target, weight=weight)
        assert found[0] == pytest.approx(first)


@many
@given(graph=graphs())
def test_assortativity_and_reciprocity(graph: Any) -> None:
    ours = csr(graph, weighted=False)
    # On graphs where all degrees are alike networkx divides nothing by nothing.
    with np.errstate(all="ignore"):
        pairs = nx.algorithms.assortativity.node_degree_xy(graph)
        alike = len({one for pair in pairs for one in pair}) < 2
    if not alike:
        with np.errstate(all="ignore"):
            expected = nx.degree_assortativity_coefficient(graph)
        if math.isfinite(expected):
            assert assortativity(ours) == pytest.approx(expected)
    if graph.is_directed() and graph.number_of_edges():
        plain = graph.copy()
        plain.remove_edges_from(list(nx.selfloop_edges(plain)))
        if plain.number_of_edges():
            expected = nx.overall_reciprocity(plain)
            assert reciprocity(ours.without_loops()) == pytest.approx(expected)


@many
@given(graph=graphs(directed=False, least=1))
def test_diameter(graph: Any) -> None:
    ours = csr(graph, weighted=False)
    if not nx.is_connected(graph):
        with pytest.raises(NoAnswer):
            diameter(ours)
        return
    found = diameter(ours)
    assert found.lower == found.upper == nx.diameter(graph)
    few = diameter(ours, searches=1)
    assert few.lower <= found.lower <= few.upper
