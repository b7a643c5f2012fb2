"""A graph of arrays has the edges of the graph that it was made of."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms import csr as module
from algorithms.csr import Csr, from_edges
from tests.algorithms.graphs import csr, graphs


def arcs(graph: Csr) -> dict[tuple[int, int], float]:
    weights = np.ones(graph.arcs) if graph.weights is None else graph.weights
    pairs = zip(graph.sources().tolist(), graph.targets.tolist(), strict=True)
    return dict(zip(pairs, weights.tolist(), strict=True))


def arcs_of(graph: Any) -> dict[tuple[int, int], float]:
    found = {(a, b): float(w) for a, b, w in graph.edges(data="weight")}
    return found if graph.is_directed() else found | {(b, a): w for (a, b), w in found.items()}


@given(graph=graphs())
def test_it_has_the_same_edges(graph: Any) -> None:
    ours = csr(graph)
    assert arcs(ours) == arcs_of(graph)
    assert (ours.nodes, ours.edges) == (len(graph), graph.number_of_edges())
    assert (ours.starts.dtype, ours.targets.dtype) == (np.int64, np.int32)
    assert all((np.diff(ours.row(node)) > 0).all() for node in range(ours.nodes))


@given(graph=graphs(directed=True))
def test_views_of_a_directed_graph(graph: Any) -> None:
    ours = csr(graph)
    assert arcs(ours.reversed()) == arcs_of(graph.reverse())
    both = arcs(ours.undirected())
    assert both.keys() == arcs_of(graph.to_undirected()).keys()
    assert all(both[a, b] == both[b, a] for a, b in both)
    friends = graph.to_undirected(reciprocal=True)
    friends.remove_edges_from([(node, node) for node in graph])
    assert arcs(ours.mutual()).keys() == arcs_of(friends).keys()


@given(graph=graphs(), keep=st.sets(st.integers(0, 11)))
def test_parts(graph: Any, keep: set[int]) -> None:
    kept = sorted(keep & set(graph))
    part = csr(graph).part(np.array(kept, np.int64))
    renamed = nx.relabel_nodes(graph.subgraph(kept), {node: at for at, node in enumerate(kept)})
    assert arcs(part) == arcs_of(renamed)
    graph.remove_edges_from([(node, node) for node in graph])
    assert arcs(csr(graph).without_loops()) == arcs_of(graph)


def test_what_stands_twice_is_one_arc_of_the_sum() -> None:
    twice = from_edges(np.array([0, 0]), np.array([1, 1]), 2, np.array([2.0, 3.0]))
    assert arcs(twice) == {(0, 1): 5.0}
    assert from_edges(np.array([0, 0]), np.array([1, 1]), 2).arcs == 1


def test_an_edge_takes_few_bytes() -> None:
    dice = np.random.default_rng(1)
    graph = from_edges(dice.integers(0, 10_000, 200_000), dice.integers(0, 10_000, 200_000), 10_000)
    assert graph.bytes / graph.edges < 5


def test_more_nodes_than_numbers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_NODES", 10)
    with pytest.raises(ValueError, match="11 nodes"):
        from_edges(np.array([0]), np.array([1]), 11)
