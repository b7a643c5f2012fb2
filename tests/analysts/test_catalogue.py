"""Every algorithm of the catalogue runs, on an ordinary graph and on an empty one."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import orjson
import pytest

from algorithms.errors import NoAnswer, NotConverged
from algorithms.parallel import quiet
from analysts.runs.catalogue import ALGORITHMS, Algorithm
from analysts.runs.estimate import Limits, estimate, refuse_beyond
from analysts.runs.kinds import KINDS
from analysts.runs.values import Options, Values
from graph.errors import TooExpensive
from graph.upkeep import Totals
from tests.algorithms.graphs import csr

KARATE = csr(nx.karate_club_graph(), weighted=False)
BIG = Totals(1_000_000, 1_000_000, 10_000_000)

each = pytest.mark.parametrize("algorithm", ALGORITHMS.values(), ids=lambda one: one.name)


def options(algorithm: Algorithm, **more: Any) -> Options:
    return Options(source=0 if algorithm.source else None, target=33, **more)


@each
def test_it_answers(algorithm: Algorithm) -> None:
    outcome = algorithm.compute(KARATE, options(algorithm), quiet)
    orjson.dumps(dict(outcome.facts))
    if algorithm.values is Values.NONE:
        assert outcome.values is None
        assert outcome.facts or outcome.paths
    else:
        assert outcome.values is not None
        assert len(outcome.values) == KARATE.nodes
        assert np.isfinite(outcome.values).all()
    if algorithm.values is Values.LABEL:
        counts = np.bincount(outcome.values)
        assert (np.diff(counts) <= 0).all(), "0 is the largest"


@each
def test_an_empty_graph_is_no_accident(algorithm: Algorithm) -> None:
    empty = csr(nx.DiGraph())
    if algorithm.source:
        return  # nobody is there to be asked about
    try:
        outcome = algorithm.compute(empty, Options(), quiet)
    except (NoAnswer, NotConverged):
        return
    assert outcome.values is None or len(outcome.values) == 0


@each
def test_the_same_seed_gives_the_same(algorithm: Algorithm) -> None:
    some = options(algorithm, seed=7, samples=10 if algorithm.sampled else None)
    one, other = (algorithm.compute(KARATE, some, quiet) for _ in range(2))
    assert one.facts == other.facts
    assert one.paths == other.paths
    assert one.values is other.values is None or np.array_equal(one.values, other.values)


@pytest.mark.parametrize("name", ["betweenness", "harmonic"])
def test_a_sample_is_within_its_bound(name: str) -> None:
    graph = csr(nx.barabasi_albert_graph(400, 3, seed=2), weighted=False)
    algorithm = ALGORITHMS[name]
    exact = algorithm.compute(graph, Options(), quiet).values
    for seed in range(5):
        outcome = algorithm.compute(graph, Options(samples=100, seed=seed), quiet)
        assert outcome.facts["samples"] == 100
        assert np.abs(outcome.values - exact).max() <= outcome.facts["errorBound"]
        assert not np.array_equal(outcome.values, exact)


@each
def test_an_estimate_grows_with_the_graph(algorithm: Algorithm) -> None:
    small = estimate(algorithm, KINDS["follows"], Totals(10, 10, 30), Options())
    big = estimate(algorithm, KINDS["follows"], BIG, Options())
    assert small.megabytes < big.megabytes < 4_000
    assert small.seconds < 5 < big.seconds
    assert (big.nodes, big.edges) == (1_000_000, 10_000_000)


def test_beyond_the_limits_a_smaller_run_is_proposed() -> None:
    betweenness, kind = ALGORITHMS["betweenness"], KINDS["follows"]
    limits = Limits(megabytes=4_096, seconds=600)
    with pytest.raises(TooExpensive, match=r"--samples (\d+)") as refused:
        refuse_beyond(limits, betweenness, kind, BIG, Options())
    samples = int(refused.value.message.split("--samples ")[1].split(",")[0])
    within = refuse_beyond(limits, betweenness, kind, BIG, Options(samples=samples))
    assert within.seconds <= 600
    with pytest.raises(TooExpensive, match="AMITY_ANALYZE_MEMORY_MB"):
        refuse_beyond(Limits(1_000, 600), ALGORITHMS["louvain"], kind, BIG, Options())
    with pytest.raises(TooExpensive, match="AMITY_ANALYZE_SECONDS"):
        refuse_beyond(Limits(4_096, 5), ALGORITHMS["louvain"], kind, BIG, Options())
