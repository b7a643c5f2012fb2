r"""Eigenvector, Katz and HITS: who is pointed at by those who matter. Pure.

    eigenvector  x = (A' + 1) x / |(A' + 1) x|        Katz  x = α A' x + β
    HITS  authorities a are the first right singular vector of A, hubs h = A a

P. Bonacich: Power and centrality. American Journal of Sociology 92, 1987. L. Katz: A new status
index. Psychometrika 18, 1953. J. Kleinberg: Authoritative sources in a hyperlinked environment.
Journal of the ACM 46, 1999.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import linalg

from algorithms.csr import Csr, Floats
from algorithms.errors import NoAnswer, NotConverged


def eigenvector(
    graph: Csr, start: Floats | None = None, tol: float = 1e-6, max_iter: int = 100
) -> Floats:
    """Power iteration, until a step moves less than `tol` a node; of length 1.

    >>> from algorithms.csr import from_edges
    >>> path = from_edges(np.array([0, 1]), np.array([1, 2]), nodes=3, directed=False)
    >>> eigenvector(path).round(2).tolist()
    [0.5, 0.71, 0.5]
    """
    if graph.nodes == 0:
        raise NoAnswer("no node is in the graph")
    x: Floats = np.full(graph.nodes, 1.0 / graph.nodes) if start is None else start / start.sum()
    along = graph.matrix().T
    for _ in range(max_iter):
        last = x
        x = last + along @ last
        x = x / (np.linalg.norm(x) or 1.0)
        if np.abs(x - last).sum() < graph.nodes * tol:
            return x
    raise NotConverged(max_iter)


def katz(
    graph: Csr,
    alpha: float = 0.1,
    beta: float | Floats = 1.0,
    start: Floats | None = None,
    normalized: bool = True,
    tol: float = 1e-6,
    max_iter: int = 1000,
) -> Floats:
    """There is a fixed point only where `alpha` is below 1 / (largest eigenvalue).

    >>> from algorithms.csr import from_edges
    >>> path = from_edges(np.array([0, 1]), np.array([1, 2]), nodes=3, directed=False)
    >>> katz(path).round(3).tolist()
    [0.56, 0.611, 0.56]
    """
    x: Floats = np.zeros(graph.nodes) if start is None else start
    along = graph.matrix().T
    # What does not converge grows without bound: that is no warning, it is the answer.
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(max_iter):
            last = x
            x = alpha * (along @ last) + beta
            if np.abs(x - last).sum() < graph.nodes * tol:
                return x / (np.linalg.norm(x) or 1.0) if normalized else x
    raise NotConverged(max_iter)


def katz_alpha(graph: Csr, share: float = 0.85) -> float:
    """An `alpha` that converges: this share of 1 / (a bound of the largest eigenvalue).

    The largest geometric mean of both ends' degrees is such a bound where no arc has a weight.

    >>> from algorithms.csr import from_edges
    >>> path = from_edges(np.array([0, 1]), np.array([1, 2]), nodes=3, directed=False)
    >>> round(katz_alpha(path), 3)
    0.601
    """
    sources, targets = graph.sources(), graph.targets
    out, into = graph.degrees(), np.bincount(targets, minlength=graph.nodes)
    bounds = [np.sqrt(some[sources] * some[targets]).max(initial=1.0) for some in (out, into)]
    return share / float(min(bounds))


def hits(
    graph: Csr,
    start: Floats | None = None,
    normalized: bool = True,
    tol: float = 1e-8,
    max_iter: int = 100,
) -> tuple[Floats, Floats]:
    """Hubs and authorities, each adding up to 1.

    >>> from algorithms.csr import from_edges
    >>> hubs, authorities = hits(from_edges(np.array([0, 1]), np.array([2, 2]), nodes=3))
    >>> (hubs.round(2) + 0).tolist(), (abs(authorities).round(2)).tolist()
    ([0.5, 0.5, 0.0], [0.0, 0.0, 1.0])
    """
    if graph.nodes == 0:
        return np.empty(0), np.empty(0)
    if graph.nodes == 1:
        return np.ones(1), np.ones(1)
    if graph.arcs == 0:
        return np.zeros(graph.nodes), np.zeros(graph.nodes)
    matrix = graph.matrix()
    begin = np.full(graph.nodes, 1.0) if start is None else start
    try:
        _, _, found = linalg.svds(matrix, k=1, v0=begin, maxiter=max_iter, tol=tol)
    except linalg.ArpackNoConvergence:
        raise NotConverged(max_iter) from None
    authorities: Floats = found.flatten().real
    hubs: Floats = matrix @ authorities
    if normalized:
        hubs, authorities = hubs / hubs.sum(), authorities / authorities.sum()
    return hubs, authorities
