"""The diameter: the longest of all shortest paths, exactly or between bounds. Pure.

From each search's distances follow bounds of everybody's eccentricity; who can't be the farthest
any more is left out, so that few searches are needed. F. W. Takes, W. A. Kosters: Determining the
diameter of small world networks. CIKM, 2011.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.csr import Csr
from algorithms.errors import NoAnswer
from algorithms.parallel import Tell, quiet
from algorithms.paths.distances import steps_from


@dataclass(frozen=True, slots=True)
class Bounds:
    lower: int
    upper: int
    searches: int


def diameter(graph: Csr, searches: int | None = None, tell: Tell = quiet) -> Bounds:
    """Of a connected undirected graph; both bounds are the same unless `searches` were too few.

    >>> from algorithms.csr import from_edges
    >>> path = from_edges(np.array([0, 1, 2]), np.array([1, 2, 3]), nodes=4, directed=False)
    >>> diameter(path)
    Bounds(lower=3, upper=3, searches=2)
    """
    nodes = graph.nodes
    if nodes == 0:
        raise NoAnswer("no node is in the graph")
    low, high = np.zeros(nodes, np.int64), np.full(nodes, 2 * nodes, np.int64)
    open_ = np.ones(nodes, np.bool_)
    degree = graph.degrees()
    lower, upper, done = 0, 2 * nodes, 0
    while open_.any() and (searches is None or done < searches):
        node = _next(low, high, degree, open_, far=done % 2 == 1)
        steps = steps_from(graph, node).astype(np.int64)
        if steps.min() < 0:
            raise NoAnswer("the graph is not connected")
        reach = int(steps.max())
        low = np.maximum(low, np.maximum(reach - steps, steps))
        high = np.minimum(high, reach + steps)
        low[node] = high[node] = reach
        lower, upper = max(lower, int(low.max())), min(2 * int(high.min()), int(high.max()))
        # Who can't be farther than what is known, and whose bounds have met, need no search.
        open_ &= (high > lower) & (low < high)
        done += 1
        tell(1 - open_.sum() / nodes)
    return Bounds(lower, upper if open_.any() else lower, done)


def _next(
    low: np.ndarray, high: np.ndarray, degree: np.ndarray, open_: np.ndarray, *, far: bool
) -> int:
    """In turns the nearest to everybody and the farthest, among those with the most neighbours."""
    some = np.flatnonzero(open_)
    key = -high[some] if far else low[some]
    best = some[key == key.min()]
    return int(best[np.argmax(degree[best])])
