"""Which picture a result makes: an ego network, group sizes, a score against degree, or degrees."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from algorithms.centrality.degree import degrees
from analysts.plots.against import draw_against
from analysts.plots.chosen import nodes_to_name
from analysts.plots.distribution import draw_distribution
from analysts.plots.ego import draw_ego
from analysts.plots.paper import drawn
from analysts.plots.sizes import draw_sizes
from analysts.runs.run import Result
from analysts.runs.values import Values

TITLES = {
    "pagerank": "PageRank",
    "hits": "Authority (HITS)",
    "salsa": "SALSA",
    "kcore": "Core number",
    "wcc": "weak components",
    "scc": "strong components",
    "louvain": "Louvain",
    "leiden": "Leiden",
}
BY_DEGREE = ("degree", "in-degree", "out-degree")


def plot(form: str, result: Result, names: Sequence[str]) -> bytes:
    """A PNG or an SVG, with `names` of `nodes_to_name`, in order."""
    graph, question = result.snapshot.graph, result.question
    about = question.about.values
    size = f"{question.graph}: {graph.nodes:,} nodes, {graph.edges:,} edges"
    counts = degrees(graph)
    if result.options.source is not None:
        chosen = np.array(nodes_to_name(result), np.int64)
        part = graph.undirected().without_loops().part(chosen)
        ego = int(np.searchsorted(chosen, result.options.source))
        others = int(graph.undirected().without_loops().degrees()[chosen[ego]])
        shown = "" if others < part.nodes else f", the {part.nodes - 1:,} closest of them shown"
        subtitle = f"{question.graph}: {others:,} neighbours{shown}"
        return drawn(
            form, f"Around {names[ego]}", subtitle, lambda a: draw_ego(a, part, ego, names)
        )
    if about is Values.LABEL and result.outcome.values is not None:
        labels = result.outcome.values
        groups = int(labels.max(initial=-1)) + 1
        subtitle = f"{size}, {groups:,} group" + "s" * (groups != 1)
        return drawn(
            form,
            f"Groups by {TITLES.get(question.algorithm, question.algorithm)}",
            subtitle,
            lambda a: draw_sizes(a, labels),
        )
    if about is Values.SCORE and question.algorithm not in BY_DEGREE:
        scores = np.asarray(result.outcome.values, np.float64)
        some = np.array(nodes_to_name(result), np.int64)
        title = f"{TITLES.get(question.algorithm, question.algorithm.capitalize())} against degree"
        return drawn(
            form,
            title,
            size,
            lambda a: draw_against(a, counts, scores, some, names, question.algorithm),
        )
    return drawn(form, "Degree distribution", size, lambda a: draw_distribution(a, counts))
