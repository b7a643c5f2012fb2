"""networkx with us behind it: found by name, the same results, and networkx where we can't."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from algorithms.csr import from_edges
from amity.backend import Graph, backend
from amity.backend.graph import from_networkx, to_networkx
from amity.networkx_info import FUNCTIONS, get_info
from tests.algorithms.graphs import graphs


@pytest.fixture(autouse=True)
def kept_conversions() -> Iterator[None]:
    """networkx warns when it takes a graph that was converted before: that is what we want."""
    with nx.config(warnings_to_ignore={"cache"}):
        yield


def test_networkx_knows_us() -> None:
    assert "amity" in nx.config.backends
    assert get_info()["functions"].keys() == FUNCTIONS.keys()
    assert all(callable(getattr(backend, name)) for name in FUNCTIONS)
    with pytest.raises(AttributeError):
        _ = backend.edge_betweenness_centrality


@settings(max_examples=100)
@given(graph=graphs(least=1))
def test_there_and_back(graph: Any) -> None:
    graph.graph["name"] = "village"
    back = to_networkx(from_networkx(graph, edge_attrs={"weight": 1}))
    assert nx.utils.graphs_equal(back, graph)


def test_any_names_of_nodes_keep_their_order() -> None:
    graph = nx.Graph([("bob", "alice"), ("alice", (1, 2))])
    found = nx.pagerank(graph, backend="amity")
    assert list(found) == list(graph)
    assert found == pytest.approx(nx.pagerank(graph, backend="networkx"))
    assert all(type(value) is float for value in found.values())
    assert all(type(value) is int for value in nx.core_number(graph, backend="amity").values())


def test_a_graph_of_arrays_goes_in_as_it_is() -> None:
    csr = from_edges(np.array([1, 2, 3]), np.array([0, 0, 0]), 4)
    graph = Graph([7, 8, 9, 10], csr)
    assert max(nx.pagerank(graph).items(), key=lambda one: one[1])[0] == 7
    assert nx.in_degree_centrality(graph) == {7: 1.0, 8: 0.0, 9: 0.0, 10: 0.0}
    with pytest.raises(nx.NetworkXNotImplemented):
        nx.connected_components(graph)


def test_a_seed_draws_what_it_draws_in_networkx() -> None:
    graph = nx.karate_club_graph()
    ours, theirs = (
        nx.betweenness_centrality(graph, k=10, seed=4, backend=name)
        for name in ("amity", "networkx")
    )
    assert ours == pytest.approx(theirs)
    one, other = (
        nx.community.leiden_communities(some, seed=4, backend="amity")
        for some in (graph, graph.copy())
    )
    assert one == other


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("harmonic_centrality", {"nbunch": [0]}),
        ("diameter", {"weight": "weight"}),
        ("betweenness_centrality", {"weight": lambda a, b, data: 1}),
    ],
)
def test_what_we_do_not_know_is_left_to_networkx(name: str, more: dict[str, Any]) -> None:
    graph = nx.path_graph(4)
    assert "left to networkx" in backend.can_run(name, (graph,), more)
    with pytest.raises(NotImplementedError):
        getattr(nx, name)(graph, **more, backend="amity")
    with nx.config(backend_priority=["amity"]):
        assert getattr(nx, name)(graph, **more) == getattr(nx, name)(
            graph, **more, backend="networkx"
        )


def test_what_weighs_no_number_is_left_to_networkx() -> None:
    graph = nx.Graph()
    graph.add_edge(0, 1, weight=float("nan"))
    assert "amity" in nx.config.backends
    with pytest.raises(NotImplementedError, match="finite"):
        from_networkx(graph, edge_attrs={"weight": 1})


def test_multigraphs_are_left_to_networkx() -> None:
    twice = nx.MultiGraph([(0, 1), (0, 1)])
    with pytest.raises(NotImplementedError):
        nx.pagerank(twice, backend="amity")
    assert nx.pagerank(twice)[0] == pytest.approx(0.5)


def test_being_found_imports_nothing_heavy() -> None:
    code = (
        "import sys, networkx; networkx.config.backends.amity;"
        "print({'numba', 'scipy', 'graph', 'server'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
