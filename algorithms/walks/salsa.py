"""SALSA: hubs and authorities by a walk that goes to and fro along arcs. Pure.

    a = W' h        h = (1 - r) V a + r p

W shares a hub among whom it points at, V an authority among who points at it; p is where the walk
begins anew: at the source, or at every hub alike. R. Lempel, S. Moran: SALSA, the stochastic
approach for link-structure analysis. ACM Transactions on Information Systems 19, 2001; with
restarts as in P. Gupta and others: WTF, the who to follow service at Twitter. WWW, 2013.
"""

from __future__ import annotations

import numpy as np

from algorithms.csr import Csr, Floats
from algorithms.errors import NotConverged

RESTART = 0.15


def salsa(
    graph: Csr,
    source: int | None = None,
    restart: float = RESTART,
    tol: float = 1e-10,
    max_iter: int = 1000,
) -> tuple[Floats, Floats]:
    """Hubs and authorities, each adding up to 1; until a step moves less than `tol` in all.

    >>> from algorithms.csr import from_edges
    >>> graph = from_edges(np.array([0, 0, 1]), np.array([2, 3, 3]), nodes=4)
    >>> hubs, authorities = salsa(graph)
    >>> authorities.round(2).tolist()
    [0.0, 0.0, 0.32, 0.68]
    """
    out = graph.degrees().astype(np.float64)
    back = graph.reversed()
    into = back.degrees().astype(np.float64)
    begin = _start(out, source)
    if begin.sum() == 0:
        return begin, begin
    forth, fro = graph.unweighted().matrix().T, graph.unweighted().matrix()
    from_hub = np.divide(1.0, out, out=np.zeros(graph.nodes), where=out > 0)
    from_authority = np.divide(1.0, into, out=np.zeros(graph.nodes), where=into > 0)
    hubs = begin
    for _ in range(max_iter):
        last = hubs
        authorities = forth @ (last * from_hub)
        hubs = (1 - restart) * (fro @ (authorities * from_authority)) + restart * begin
        if np.abs(hubs - last).sum() < tol:
            return hubs, authorities
    raise NotConverged(max_iter)


def _start(out: Floats, source: int | None) -> Floats:
    begin = np.zeros(len(out))
    if source is not None:
        begin[source] = float(out[source] > 0)
    elif (hubs := out > 0).any():
        begin[hubs] = 1.0 / hubs.sum()
    return begin
