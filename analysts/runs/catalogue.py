"""Every algorithm that `amity analyze` runs: what it is called, what it says, what it costs."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from algorithms.csr import Csr
from algorithms.parallel import Tell
from analysts.runs.values import Options, Outcome, Values

Recipe = Callable[[Csr, Options, Tell], Outcome]
# How many passes over the graph: of so many nodes, with these options.
Passes = Callable[[int, Options], float]


def once(nodes: int, options: Options) -> float:
    return 1.0


def each_node(nodes: int, options: Options) -> float:
    """A search from every node, or from some, on all cores."""
    return min(options.samples or nodes, nodes) / (os.cpu_count() or 1)


def some_searches(nodes: int, options: Options) -> float:
    """Searches until the bounds meet: a hundred on networks of people, more on chains."""
    return float(min(options.samples or 1_000, nodes))


@dataclass(frozen=True, slots=True)
class Algorithm:
    name: str
    about: str
    recipe: str  # module.function in `recipes/`
    values: Values = Values.SCORE
    nanoseconds: float = 100.0  # a node or arc and pass
    bytes_an_arc: float = 24.0  # beside the snapshot
    passes: Passes = once
    source: bool = False  # is about one node
    sampled: bool = False  # `--samples` makes it cheaper

    def compute(self, graph: Csr, options: Options, tell: Tell) -> Outcome:
        """Imported when it is run: what compiles and solves is heavy."""
        module, _, rest = self.recipe.partition(".")
        function, _, argument = rest.partition(":")
        recipe: Any = getattr(import_module(f"analysts.runs.recipes.{module}"), function)
        outcome: Outcome = (recipe(argument) if argument else recipe)(graph, options, tell)
        return outcome


SCORE, LABEL, NONE = Values.SCORE, Values.LABEL, Values.NONE
_ALL = (
    Algorithm("degree", "how many edges touch each", "centrality.by_degree", nanoseconds=10),
    Algorithm("in-degree", "how many edges arrive", "centrality.by_in_degree", nanoseconds=10),
    Algorithm("out-degree", "how many edges leave", "centrality.by_out_degree", nanoseconds=10),
    Algorithm(
        "pagerank",
        "where a reader who follows edges spends time; with --source, who begins anew there",
        "centrality.by_pagerank",
        nanoseconds=400,
    ),
    Algorithm("hits", "authorities: pointed at by hubs", "centrality.by_hits", nanoseconds=3_000),
    Algorithm("hubs", "hubs: point at authorities", "centrality.by_hubs", nanoseconds=3_000),
    Algorithm("katz", "walks that arrive, long ones less", "centrality.by_katz", nanoseconds=500),
    Algorithm(
        "eigenvector",
        "pointed at by those who matter",
        "centrality.by_eigenvector",
        nanoseconds=3_000,
    ),
    Algorithm(
        "closeness",
        "how near everybody is who reaches it",
        "centrality.by_closeness",
        nanoseconds=15,
        passes=each_node,
    ),
    Algorithm(
        "harmonic",
        "the sum of 1 / distance of everybody who reaches it",
        "centrality.by_harmonic",
        nanoseconds=15,
        passes=each_node,
        sampled=True,
    ),
    Algorithm(
        "betweenness",
        "the share of shortest paths that lead through it",
        "centrality.by_betweenness",
        nanoseconds=40,
        passes=each_node,
        sampled=True,
    ),
    Algorithm(
        "salsa",
        "authorities of a walk to and fro; with --source, of one that begins there",
        "centrality.by_salsa",
        nanoseconds=2_000,
        bytes_an_arc=40,
    ),
    Algorithm("wcc", "weakly connected components", "communities.by_weak", LABEL, 20),
    Algorithm("scc", "strongly connected components", "communities.by_strong", LABEL, 60),
    Algorithm("louvain", "communities", "communities.by_louvain", LABEL, 1_000, 80),
    Algorithm(
        "leiden", "communities that hang together", "communities.by_leiden", LABEL, 3_000, 80
    ),
    Algorithm("labels", "communities by label propagation", "communities.by_labels", LABEL, 500),
    Algorithm("kcore", "the deepest core it is in", "communities.by_cores", nanoseconds=60),
    Algorithm(
        "triangles", "triangles it is a corner of", "structure.by_triangles", nanoseconds=600
    ),
    Algorithm(
        "clustering",
        "the share of its neighbours' pairs that are neighbours",
        "structure.by_clustering",
        nanoseconds=1_500,
    ),
    *(
        Algorithm(
            measure,
            f"who is like --source, by {measure.replace('-', ' ')}",
            f"nearness.by_measure:{measure}",
            nanoseconds=100,
            source=True,
        )
        for measure in (
            "common-neighbours",
            "jaccard",
            "adamic-adar",
            "resource-allocation",
            "preferential-attachment",
            "cosine",
        )
    ),
    Algorithm("bfs", "steps from --source", "nearness.by_steps", nanoseconds=30, source=True),
    Algorithm(
        "random-walk",
        "where walks from --source lead; --samples is how many steps",
        "nearness.by_walks",
        nanoseconds=50,
        source=True,
    ),
    Algorithm(
        "paths",
        "the shortest paths from --source to --target; --top is how many",
        "nearness.by_paths",
        NONE,
        2_000,
        source=True,
    ),
    Algorithm(
        "diameter",
        "the longest shortest path of the largest component; --samples bounds the searches",
        "structure.the_diameter",
        NONE,
        15,
        passes=some_searches,
        sampled=True,
    ),
    Algorithm("degrees", "how degrees are distributed", "structure.the_distribution", NONE, 20),
    Algorithm(
        "assortativity", "whether like is tied to like", "structure.the_assortativity", NONE, 50
    ),
    Algorithm("reciprocity", "the share of edges answered", "structure.the_reciprocity", NONE, 200),
)
ALGORITHMS: dict[str, Algorithm] = {algorithm.name: algorithm for algorithm in _ALL}
