"""Who is near one node, or like it: `--source` says which one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from algorithms.csr import Csr
from algorithms.errors import NoAnswer
from algorithms.parallel import Tell
from algorithms.paths.distances import steps_from
from algorithms.paths.shortest import shortest_paths
from algorithms.similarity.common import Measure, most_similar
from algorithms.walks.restarts import STEPS, walk
from analysts.runs.values import Options, Outcome

PATHS = 5


def by_steps(graph: Csr, options: Options, tell: Tell) -> Outcome:
    steps = steps_from(graph, _source(options))
    reached = np.flatnonzero(steps > 0)
    facts = {"reached": len(reached), "farthest": int(steps.max(initial=0))}
    return Outcome(steps, facts, shown=reached[np.argsort(steps[reached], kind="stable")])


def by_walks(graph: Csr, options: Options, tell: Tell) -> Outcome:
    visits = walk(graph, _source(options), options.samples or STEPS, seed=options.seed)
    return _some(visits, {"steps": options.samples or STEPS})


def by_measure(name: str) -> Callable[[Csr, Options, Tell], Outcome]:
    def run(graph: Csr, options: Options, tell: Tell) -> Outcome:
        found = most_similar(graph, Measure(name), _source(options))
        counted = name in (Measure.COMMON, Measure.PREFERENTIAL)
        return _some(found.astype(np.int64) if counted else found, {})

    return run


def by_paths(graph: Csr, options: Options, tell: Tell) -> Outcome:
    if options.target is None:
        raise NoAnswer("--target says where paths lead to")
    found = islice(shortest_paths(graph, _source(options), options.target), options.top or PATHS)
    return Outcome(paths=tuple((int(length), path) for length, path in found))


def _source(options: Options) -> int:
    if options.source is None:
        raise NoAnswer("--source says whose")
    return options.source


def _some(values: NDArray[Any], facts: dict[str, Any]) -> Outcome:
    """Only who has a share at all is worth showing."""
    found = np.flatnonzero(values > 0)
    order = found[np.argsort(-values[found], kind="stable")]
    return Outcome(values, {"found": len(found), **facts}, shown=order)
