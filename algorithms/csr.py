"""A graph as compressed sparse rows: 4 bytes an arc, and what all algorithms here work on. Pure.

    graph = from_edges(sources, targets, nodes=5)
    graph.targets[graph.starts[3] : graph.starts[4]]  # whom node 3 leads to, ascending

Nodes are 0 … n - 1. An undirected graph holds each edge from both of its ends, a loop once. No arc
stands twice: what stood twice is one arc, of the weights' sum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Nodes = NDArray[np.int32]
Starts = NDArray[np.int64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Matrix = Any  # scipy's sparse arrays have no types

# Targets are numbers of four bytes.
MOST_NODES = 2**31 - 1


@dataclass(frozen=True, slots=True, eq=False)
class Csr:
    starts: Starts  # nodes + 1 of them
    targets: Nodes
    weights: Floats | None = None  # None: every arc weighs 1
    directed: bool = True
    loopless: bool = False  # known to have none

    @property
    def nodes(self) -> int:
        return len(self.starts) - 1

    @property
    def arcs(self) -> int:
        return len(self.targets)

    @property
    def edges(self) -> int:
        """Edges of an undirected graph are counted once."""
        return self.arcs if self.directed else (self.arcs + self.loops()) // 2

    @property
    def bytes(self) -> int:
        weights = 0 if self.weights is None else self.weights.nbytes
        return self.starts.nbytes + self.targets.nbytes + weights

    def degrees(self) -> Ints:
        """Arcs that leave each node."""
        return np.diff(self.starts)

    def sources(self) -> Nodes:
        """Of each arc."""
        return np.repeat(np.arange(self.nodes, dtype=np.int32), self.degrees())

    def row(self, node: int) -> Nodes:
        return self.targets[self.starts[node] : self.starts[node + 1]]

    def loops(self) -> int:
        return 0 if self.loopless else int(np.count_nonzero(self.sources() == self.targets))

    def strengths(self) -> Floats:
        """The weight that leaves each node."""
        if self.weights is None:
            return self.degrees().astype(np.float64)
        strengths: Floats = np.bincount(self.sources(), self.weights, self.nodes).astype(np.float64)
        return strengths

    def matrix(self) -> Matrix:
        """As scipy's sparse array; the structure is shared, not copied, where scipy lets us."""
        weights = np.ones(self.arcs) if self.weights is None else self.weights
        return sparse.csr_array(
            (weights, self.targets, self.starts), shape=(self.nodes, self.nodes), copy=False
        )

    def reversed(self) -> Csr:
        """Every arc turned round."""
        if not self.directed:
            return self
        turned = self.matrix().tocsc()
        weights = None if self.weights is None else turned.data
        return _csr(turned.indptr, turned.indices, weights, True, self.loopless)

    def undirected(self) -> Csr:
        """An edge wherever an arc stands; of two opposite ones, the weights are added."""
        if not self.directed:
            return self
        sources, targets = self.sources(), self.targets
        return from_edges(sources, targets, self.nodes, self.weights, directed=False)

    def mutual(self) -> Csr:
        """An edge wherever arcs stand both ways; loops are no friendships."""
        both = self.matrix().multiply(self.matrix().T.tocsr()).tocsr()
        both.sort_indices()
        found = _csr(both.indptr, both.indices, None, False, self.loopless)
        return found.without_loops()

    def without_loops(self) -> Csr:
        if self.loopless:
            return self
        keep = self.sources() != self.targets
        if keep.all():
            return replace(self, loopless=True)
        starts = np.concatenate([[0], np.cumsum(keep)])[self.starts]
        weights = None if self.weights is None else self.weights[keep]
        return Csr(starts, self.targets[keep], weights, self.directed, loopless=True)

    def unweighted(self) -> Csr:
        return replace(self, weights=None)

    def part(self, nodes: NDArray[Any]) -> Csr:
        """The graph among these nodes (ascending), numbered anew in their order."""
        found = self.matrix()[nodes][:, nodes]
        found.sort_indices()
        weights = None if self.weights is None else found.data
        return _csr(found.indptr, found.indices, weights, self.directed, self.loopless)


def from_edges(
    sources: NDArray[Any],
    targets: NDArray[Any],
    nodes: int,
    weights: Floats | None = None,
    *,
    directed: bool = True,
) -> Csr:
    """From ends in any order. An undirected edge may come from either end, or from both.

    >>> from_edges(np.array([2, 0, 2]), np.array([0, 1, 0]), nodes=3).targets.tolist()
    [1, 0]
    """
    if nodes > MOST_NODES:
        raise ValueError(f"{nodes} nodes are more than {MOST_NODES}")
    loopless = not (sources == targets).any()
    if not directed:
        sources, targets, weights = _both_ways(sources, targets, weights)
    keys = sources.astype(np.int64) * nodes + targets
    if weights is None:
        keys = distinct(keys)
    else:
        order = np.argsort(keys, kind="stable")
        keys, weights = keys[order], weights[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        keys = keys[first]
        weights = np.add.reduceat(weights, first) if len(first) else weights
    ends, into = np.divmod(keys, max(nodes, 1))
    starts = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(ends, minlength=nodes), out=starts[1:])
    return Csr(starts, into.astype(np.int32), weights, directed, loopless)


def distinct(keys: Ints) -> Ints:
    """Ascending, each once. Sorts in place."""
    keys.sort()
    return keys[np.diff(keys, prepend=-1) != 0] if len(keys) else keys


def _both_ways(
    sources: NDArray[Any], targets: NDArray[Any], weights: Floats | None
) -> tuple[NDArray[Any], NDArray[Any], Floats | None]:
    """Each edge from both of its ends; of a loop, whose ends are one, its other half is none."""
    back = sources != targets
    both = np.concatenate([sources, targets[back]]), np.concatenate([targets, sources[back]])
    return *both, None if weights is None else np.concatenate([weights, weights[back]])


def _csr(
    starts: NDArray[Any],
    targets: NDArray[Any],
    weights: Floats | None,
    directed: bool,
    loopless: bool,
) -> Csr:
    starts, targets = starts.astype(np.int64, copy=False), targets.astype(np.int32, copy=False)
    return Csr(starts, targets, weights, directed, loopless)
