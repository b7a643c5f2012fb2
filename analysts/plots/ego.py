"""One node and who is around it: nearer is nearer, groups have colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from algorithms.communities.groups import by_size
from algorithms.communities.louvain import louvain
from algorithms.csr import Csr
from analysts.plots.paper import FAINT, GROUPS, INK, OTHERS

NAMED = 12
LETTER, LINE = 0.025, 0.06  # shares of the picture
SEED = 1


def draw_ego(axes: Any, graph: Csr, ego: int, names: Sequence[str]) -> None:
    """`graph` is what `around` chose, without directions; `ego` is a node of it."""
    places = _places(graph, ego)
    colours = _colours(graph, ego)
    _edges(axes, graph, places, ego)
    degree = graph.degrees()
    size = 30 + 150 * degree / max(int(degree.max(initial=1)), 1)
    axes.scatter(*places.T, s=size, c=colours, linewidths=0.8, edgecolors="white", zorder=3)
    axes.scatter(*places[ego], s=260, color=INK, linewidths=1.2, edgecolors="white", zorder=4)
    _names(axes, graph, places, ego, names)
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.margins(0.12)


def _places(graph: Csr, ego: int) -> Any:
    """So that neighbours are near and others twice as far, as well as a sheet allows."""
    import networkx as nx

    made = nx.Graph()
    made.add_nodes_from(range(graph.nodes))
    pairs = zip(graph.sources().tolist(), graph.targets.tolist(), strict=True)
    made.add_edges_from((a, b) for a, b in pairs if a != b)
    far = {a: dict.fromkeys(made, 2.0) | dict.fromkeys(made[a], 1.0) | {a: 0.0} for a in made}
    found = nx.kamada_kawai_layout(made, dist=far, pos=_begin(made, ego))
    places = np.array([found[node] for node in range(graph.nodes)])
    return places - places[ego]


def _begin(made: Any, ego: int) -> dict[int, Any]:
    """The same places each time: a circle around the ego."""
    dice = np.random.default_rng(SEED)
    angles = np.linspace(0, 2 * np.pi, len(made), endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    circle += dice.normal(0, 0.05, circle.shape)
    circle[ego] = 0
    return dict(enumerate(circle))


def _colours(graph: Csr, ego: int) -> list[str]:
    """By community among the others: with the ego everybody is together."""
    keep = np.flatnonzero(np.arange(graph.nodes) != ego)
    labels = np.zeros(graph.nodes, np.int64)
    if len(keep):
        labels[keep] = by_size(louvain(graph.part(keep), seed=SEED))
    counts = np.bincount(labels[keep], minlength=1)
    return [
        GROUPS[label] if label < len(GROUPS) and counts[label] > 1 else OTHERS
        for label in labels.tolist()
    ]


def _edges(axes: Any, graph: Csr, places: Any, ego: int) -> None:
    from matplotlib.collections import LineCollection

    sources, targets = graph.sources(), graph.targets
    once = sources < targets
    own = (sources == ego) | (targets == ego)
    alpha = float(np.clip(60 / np.sqrt(max(graph.edges, 1)) / 10, 0.08, 0.6))
    for some, colour, strength in ((once & ~own, FAINT, alpha), (once & own, INK, alpha * 0.6)):
        lines = np.stack([places[sources[some]], places[targets[some]]], axis=1)
        axes.add_collection(
            LineCollection(list(lines), colors=colour, alpha=strength, linewidths=0.7)
        )


def _names(axes: Any, graph: Csr, places: Any, ego: int, names: Sequence[str]) -> None:
    """The ego's, and those with the most edges; a few that do not lie on each other."""
    order = [ego, *(node for node in np.argsort(-graph.degrees(), kind="stable") if node != ego)]
    span = float(np.ptp(places, axis=0).max()) or 1.0
    across = LETTER * max(map(len, names)) * span
    taken: list[Any] = []
    for node in order:
        if len(taken) == NAMED:
            break
        gaps = [np.abs(places[node] - other) for other in taken]
        if any(gap[0] < across and gap[1] < LINE * span for gap in gaps):
            continue
        taken.append(places[node])
        axes.annotate(
            names[node],
            places[node],
            xytext=(0, 11),
            textcoords="offset points",
            ha="center",
            fontsize=10 if node == ego else 8.5,
            fontweight="bold" if node == ego else "normal",
            zorder=5,
            bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none", "alpha": 0.75},
        )
