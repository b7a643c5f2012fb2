"""Who is in a picture, and whose names it shows: known before it is drawn."""

from __future__ import annotations

import numpy as np

from algorithms.csr import Csr, Ints
from analysts.runs.ranking import best
from analysts.runs.run import Result
from analysts.runs.values import Values

NAMED = 5  # of the best
# More than this is a black spot, whatever the layout.
MOST = 150


def around(graph: Csr, node: int) -> Ints:
    """The node and its neighbours: of very many, those with the most edges among each other.

    >>> from algorithms.csr import from_edges
    >>> path = from_edges(np.array([0, 1]), np.array([1, 2]), nodes=3, directed=False)
    >>> around(path, 0).tolist()
    [0, 1]
    """
    graph = graph.undirected().without_loops()
    near = graph.row(node).astype(np.int64)
    if len(near) >= MOST:
        inside = graph.part(near).degrees()
        near = near[np.argsort(-inside, kind="stable")[: MOST - 1]]
    return np.sort(np.append(near, node))


def nodes_to_name(result: Result) -> list[int]:
    """Whose names the picture shows."""
    if result.options.source is not None:
        return [int(node) for node in around(result.snapshot.graph, result.options.source)]
    if result.question.about.values is Values.SCORE:
        return [int(node) for node in best(result.outcome, Values.SCORE, NAMED)]
    return []
