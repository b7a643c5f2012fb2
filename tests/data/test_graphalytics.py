"""The answers that LDBC Graphalytics publishes for checking implementations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from algorithms.centrality.pagerank import pagerank
from algorithms.communities.components import weak_components
from algorithms.communities.labels import propagate
from algorithms.csr import Csr, from_edges
from algorithms.paths.distances import distances_from, steps_from
from algorithms.structure.triangles import local_clustering
from tests.data.files import member

ARCHIVE = "graphalytics-validation.tar.xz"
FOLDER = "validation-graphs"
UNREACHED = 2**63 - 1
WAYS = pytest.mark.parametrize("way", ["directed", "undirected"])
SHORT = {"directed": "dir", "undirected": "undir"}


def neighbours(way: str, name: str) -> tuple[Csr, list[int]]:
    """Lines of a node and whom it leads to; the ids of nodes, ascending."""
    lines = [list(map(int, line.split())) for line in text(name).splitlines() if line.strip()]
    pairs = [(line[0], other) for line in lines for other in line[1:]]
    ids = sorted({id for line in lines for id in line})
    return _graph(way, pairs, ids, None), ids


def weighted(way: str, name: str) -> tuple[Csr, list[int]]:
    ids = [int(line) for line in text(f"{name}.v").split()]
    lines = [line.split() for line in text(f"{name}.e").splitlines()]
    weights = np.array([float(line[2]) for line in lines])
    return _graph(way, [(int(a), int(b)) for a, b, _ in lines], ids, weights), ids


def _graph(way: str, pairs: list[tuple[int, int]], ids: list[int], weights: Any) -> Csr:
    ends = np.searchsorted(ids, np.array(pairs, np.int64).reshape(-1, 2))
    return from_edges(ends[:, 0], ends[:, 1], len(ids), weights, directed=way == "directed")


def text(name: str) -> str:
    return member(ARCHIVE, f"{FOLDER}/{name}")


def answers(name: str, ids: list[int]) -> list[float]:
    found = dict(line.split() for line in text(name).splitlines() if line.strip())
    return [float(found[f"{id}"]) for id in ids]


def both(way: str, algorithm: str) -> list[tuple[str, str, str]]:
    """The example of the specification, and the graph made for this algorithm."""
    own = SHORT[way]
    return [
        (way, f"example/example-{way}-input", f"example/example-{way}-{algorithm}"),
        (way, f"{algorithm.lower()}/{own}-input", f"{algorithm.lower()}/{own}-output"),
    ]


@WAYS
def test_bfs(way: str) -> None:
    for case in both(way, "BFS"):
        graph, ids = neighbours(*case[:2])
        expected = answers(case[2], ids)
        steps = steps_from(graph, expected.index(0)).astype(np.float64)
        steps[steps < 0] = UNREACHED
        assert steps.tolist() == expected


@WAYS
def test_sssp(way: str) -> None:
    for base, name in (
        (f"example/example-{way}", f"example/example-{way}-SSSP"),
        (f"sssp/{SHORT[way]}-input", f"sssp/{SHORT[way]}-output"),
    ):
        graph, ids = weighted(way, base)
        expected = answers(name, ids)
        assert distances_from(graph, expected.index(0)).tolist() == pytest.approx(expected)


@WAYS
def test_wcc(way: str) -> None:
    for case in both(way, "WCC"):
        graph, ids = neighbours(*case[:2])
        expected = np.array(answers(case[2], ids))
        found = weak_components(graph)
        # The same groups, whatever their names.
        assert len(set(zip(found.tolist(), expected.tolist(), strict=True))) == len(set(expected))
        assert len(set(found.tolist())) == len(set(expected))


@WAYS
def test_cdlp(way: str) -> None:
    for (_, graph_name, expected), rounds in zip(both(way, "CDLP"), (2, 5), strict=True):
        graph, ids = neighbours(way, graph_name)
        found = propagate(graph, np.array(ids, np.int64), rounds)
        assert found.tolist() == answers(expected, ids)


@WAYS
def test_lcc(way: str) -> None:
    for case in both(way, "LCC"):
        graph, ids = neighbours(*case[:2])
        assert local_clustering(graph).tolist() == pytest.approx(answers(case[2], ids), abs=1e-9)


@WAYS
def test_pr(way: str) -> None:
    rounds_of = (2, 14 if way == "directed" else 26)
    for (_, graph_name, expected), rounds in zip(both(way, "PR"), rounds_of, strict=True):
        graph, ids = neighbours(way, graph_name)
        found = np.full(graph.nodes, 1 / graph.nodes)
        for _ in range(rounds):  # so many steps, however little the last one moves
            found = pagerank(graph, start=found, tol=np.inf, max_iter=1)
        # As near as Graphalytics asks for.
        assert found.tolist() == pytest.approx(answers(expected, ids), rel=1e-4)
