"""Every algorithm that `amity analyze` runs: what it is called, what it says, what it costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from algorithms.csr import Csr
from analysts.runs.values import Options, Outcome, Values

Compute = Callable[[Csr, Options], Outcome]


@dataclass(frozen=True, slots=True)
class Algorithm:
    name: str
    about: str
    compute: Compute
    values: Values = Values.SCORE


def _degree(graph: Csr, options: Options) -> Outcome:
    from algorithms.centrality.degree import degrees

    found = degrees(graph)
    return Outcome(found, {"largest": int(found.max(initial=0))})


def _pagerank(graph: Csr, options: Options) -> Outcome:
    from algorithms.centrality.pagerank import pagerank

    return Outcome(pagerank(graph))


ALGORITHMS: dict[str, Algorithm] = {
    one.name: one
    for one in (
        Algorithm("degree", "how many edges touch each", _degree),
        Algorithm("pagerank", "where a reader who follows edges spends time", _pagerank),
    )
}
