"""What a run will cost, before it is begun; and a smaller one, where that is too much. Pure.

The figures are those of one core of an ordinary machine, rounded up: an estimate is for deciding,
not for comparing.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import Any

from analysts.runs.catalogue import Algorithm
from analysts.runs.kinds import Kind
from analysts.runs.values import Options
from graph.errors import TooExpensive
from graph.upkeep import Totals

# Reading: what the stores give, the slower one taken.
EDGES_A_SECOND = 150_000
# While a snapshot is made: ends as they come, keys to sort, and the snapshot, of each edge.
BYTES_AN_EDGE_READ = 40
# Two processes with what they import.
BYTES_AT_REST = 300 << 20
SECONDS_AT_REST = 3.0
BYTES_A_NODE = 120


@dataclass(frozen=True, slots=True)
class Limits:
    megabytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """`edges` is exact; `nodes` is at most."""

    nodes: int
    edges: int
    megabytes: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def estimate(algorithm: Algorithm, kind: Kind, totals: Totals, options: Options) -> Estimate:
    nodes = totals.sources + totals.targets if kind.bipartite else totals.sources
    nodes = min(nodes, 2 * totals.edges)
    # Most algorithms look at edges from both ends.
    arcs = 2 * totals.edges
    memory = float(BYTES_AT_REST + nodes * BYTES_A_NODE)
    memory += totals.edges * BYTES_AN_EDGE_READ + arcs * (8 + algorithm.bytes_an_arc)
    work = algorithm.passes(nodes, options) * (nodes + arcs) * algorithm.nanoseconds / 1e9
    seconds = SECONDS_AT_REST + totals.edges / EDGES_A_SECOND + work
    return Estimate(nodes, totals.edges, round(memory) >> 20, round(seconds, 1))


def refuse_beyond(
    limits: Limits, algorithm: Algorithm, kind: Kind, totals: Totals, options: Options
) -> Estimate:
    """The estimate, where it is within the limits; else what would be, as an error."""
    found = estimate(algorithm, kind, totals, options)
    over = []
    if found.megabytes > limits.megabytes:
        over.append(f"{found.megabytes:,} MiB of memory, and {limits.megabytes:,} are allowed")
    if found.seconds > limits.seconds:
        over.append(f"{found.seconds:,.0f} s, and {limits.seconds:,.0f} are allowed")
    if not over:
        return found
    proposal = _smaller(limits, algorithm, found, options)
    raise TooExpensive(
        f"{algorithm.name} of {found.edges:,} edges would take about {' and '.join(over)}. "
        f"{proposal}"
    )


def _smaller(limits: Limits, algorithm: Algorithm, found: Estimate, options: Options) -> str:
    if algorithm.sampled and found.megabytes <= limits.megabytes:
        one = (found.nodes + 2 * found.edges) * algorithm.nanoseconds / 1e9
        cores = 1 if algorithm.name == "diameter" else os.cpu_count() or 1
        rest = limits.seconds - SECONDS_AT_REST - found.edges / EDGES_A_SECOND
        samples = int(rest / one * cores * 0.9)
        if samples >= 1:
            return f"Try --samples {_round(samples)}, which estimates it."
    if found.megabytes > limits.megabytes:
        return (
            "Try a smaller graph, such as --graph friends, or allow more: AMITY_ANALYZE_MEMORY_MB."
        )
    return "Try pagerank or degree, which take a few passes, or allow more: AMITY_ANALYZE_SECONDS."


def _round(samples: int) -> int:
    """To one figure, downwards."""
    return int(f"{samples}"[0] + "0" * (len(f"{samples}") - 1))
