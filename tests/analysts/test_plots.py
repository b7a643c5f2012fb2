"""Each kind of picture is drawn, of a thousand people and of two, and is the same each time."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pytest

from algorithms.parallel import quiet
from analysts.plots import access_file
from analysts.plots.against import _columns
from analysts.plots.chosen import nodes_to_name
from analysts.plots.plot import plot
from analysts.runs.catalogue import ALGORITHMS
from analysts.runs.kinds import KINDS
from analysts.runs.run import Question, Result
from analysts.runs.snapshot import Snapshot
from analysts.runs.values import Options
from graph.errors import BadInput
from tests.algorithms.graphs import csr

GRAPHS = {
    "crowd": nx.barabasi_albert_graph(1_000, 4, seed=1),
    "star": nx.star_graph(300),
    "karate": nx.karate_club_graph(),
    "two": nx.path_graph(2),
}
PNG = b"\x89PNG"


def result(graph: Any, algorithm: str, source: int | None) -> Result:
    ours = csr(graph, weighted=False)
    options = Options(source=source)
    return Result(
        Question(algorithm, "friends"),
        options,
        Snapshot(KINDS["friends"], np.arange(ours.nodes), ours.nodes, ours),
        ALGORITHMS[algorithm].compute(ours, options, quiet),
    )


@pytest.mark.parametrize(
    ("algorithm", "source"),
    [("louvain", None), ("betweenness", None), ("degree", None), ("degrees", None), ("bfs", 0)],
)
@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS.keys())
def test_a_picture_of_each_kind(graph: Any, algorithm: str, source: int | None) -> None:
    found = result(graph, algorithm, source)
    names = [f"p{node}" for node in nodes_to_name(found)]
    assert len(names) <= 150
    assert plot("png", found, names).startswith(PNG)


def test_an_svg_says_what_it_shows_and_is_repeatable() -> None:
    found = result(GRAPHS["karate"], "pagerank", None)
    names = [f"p{node}" for node in nodes_to_name(found)]
    text = plot("svg", found, names).decode()
    assert text == plot("svg", found, names).decode()
    assert ElementTree.fromstring(text).tag.endswith("svg")
    assert "friends: 34 nodes, 78 edges" in text
    assert "p33" in text


@pytest.mark.parametrize("name", ["a.jpg", "a", "nowhere/a.png"])
def test_what_can_t_be_written_is_said_before(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        access_file(tmp_path / name)


def test_names_stand_beside_all_dots_of_their_column() -> None:
    points = np.array([[900.0, 400], [880, 390], [700, 390], [200, 100], [420, 90]])
    found = list(_columns(points, 500.0))
    assert [(some, left) for _, some, left in found] == [
        ([0, 1, 2], True),
        ([3], False),
        ([4], False),
    ]
    for beside, some, left in found:
        across = points[some, 0]
        assert beside < across.min() if left else beside > across.max()
