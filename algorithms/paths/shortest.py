"""The shortest path, and the next ones: simple paths, the shortest first. Pure.

J. Y. Yen: Finding the k shortest loopless paths in a network. Management Science 17, 1971.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from algorithms.csr import Csr, Floats
from algorithms.paths.distances import distances_from

Path = tuple[int, ...]


def shortest_path(graph: Csr, source: int, target: int) -> Path | None:
    """By weight, where there are some; of equally short ones that of the smallest nodes.

    >>> from algorithms.csr import from_edges
    >>> graph = from_edges(np.array([0, 0, 1, 2]), np.array([1, 2, 3, 3]), nodes=4)
    >>> shortest_path(graph, 0, 3)
    (0, 1, 3)
    """
    return _path(graph, distances_from(graph.reversed(), target), source, target)


def shortest_paths(graph: Csr, source: int, target: int) -> Iterator[tuple[float, Path]]:
    """Every simple path with its length, the shortest first, ties by nodes.

    >>> from algorithms.csr import from_edges
    >>> graph = from_edges(np.array([0, 0, 1, 2, 0]), np.array([1, 2, 3, 3, 3]), nodes=4)
    >>> list(shortest_paths(graph, 0, 3))
    [(1.0, (0, 3)), (2.0, (0, 1, 3)), (2.0, (0, 2, 3))]
    """
    first = shortest_path(graph, source, target)
    if first is None:
        return
    waiting = [(_length(graph, first), first)]
    found: list[Path] = []
    seen = {first}
    while waiting:
        length, path = heapq.heappop(waiting)
        yield length, path
        found.append(path)
        for spur in range(len(path) - 1):
            other = _detour(graph, path[: spur + 1], found, target)
            if other is not None and other not in seen:
                seen.add(other)
                heapq.heappush(waiting, (_length(graph, other), other))


def _detour(graph: Csr, root: Path, found: list[Path], target: int) -> Path | None:
    """The shortest path that begins with `root`, and then otherwise than those found."""
    taken = {path[len(root)] for path in found if path[: len(root)] == root}
    sources = graph.sources()
    keep = ~np.isin(graph.targets, root) & ~np.isin(sources, root[:-1])
    keep &= ~((sources == root[-1]) & np.isin(graph.targets, sorted(taken)))
    rest = _kept(graph, keep)
    ahead = distances_from(rest.reversed() if graph.directed else _turned(rest), target)
    path = _path(rest, ahead, root[-1], target)
    return None if path is None else root[:-1] + path


def _kept(graph: Csr, keep: NDArray[np.bool_]) -> Csr:
    starts = np.concatenate([[0], np.cumsum(keep)])[graph.starts]
    weights = None if graph.weights is None else graph.weights[keep]
    return Csr(starts, graph.targets[keep], weights, graph.directed)


def _turned(graph: Csr) -> Csr:
    """What was kept of an undirected graph has directions."""
    return Csr(graph.starts, graph.targets, graph.weights, directed=True).reversed()


def _path(graph: Csr, ahead: Floats, source: int, target: int) -> Path | None:
    """Down the distances that are left to the target."""
    if not np.isfinite(ahead[source]):
        return None
    path = [source]
    while path[-1] != target:
        node = path[-1]
        steps = _weights(graph, node) + ahead[graph.row(node)]
        fit = graph.row(node)[np.isclose(steps, ahead[node], rtol=1e-12)]
        path.append(int(next(one for one in fit.tolist() if one not in path)))
    return tuple(path)


def _weights(graph: Csr, node: int) -> Floats:
    if graph.weights is None:
        return np.ones(len(graph.row(node)))
    return graph.weights[graph.starts[node] : graph.starts[node + 1]]


def _length(graph: Csr, path: Path) -> float:
    return float(
        sum(_weights(graph, a)[np.searchsorted(graph.row(a), b)] for a, b in pairwise(path))
    )
