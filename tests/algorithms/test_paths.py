"""Paths against looking at every simple path there is."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms.paths.search import Path, Search

Graph = dict[int, set[int]]
PEOPLE = range(1, 8)

graphs = st.sets(st.sampled_from(list(combinations(PEOPLE, 2))), max_size=16)
people = st.sampled_from(PEOPLE)


def undirected(edges: set[tuple[int, int]]) -> Graph:
    graph: Graph = {id: set() for id in PEOPLE}
    for a, b in edges:
        graph[a].add(b)
        graph[b].add(a)
    return graph


def searched(graph: Graph, search: Search) -> list[Path]:
    """Feed the search; nobody is asked for twice in vain."""
    for _ in range(20):
        wanted = search.wanted()
        if not wanted:
            return search.found
        search.feed({id: np.array(sorted(graph[id]), np.int64) for id in wanted})
    raise AssertionError("the search never ends")


def simple_paths(graph: Graph, path: Path, target: int, longest: int) -> list[Path]:
    if path[-1] == target:
        return [path]
    if len(path) > longest:
        return []
    return [
        found
        for id in sorted(graph[path[-1]] - set(path))
        for found in simple_paths(graph, (*path, id), target, longest)
    ]


def naive(graph: Graph, source: int, target: int, first: int, longest: int) -> list[Path]:
    """Shortest first; of equal length, whoever uses again the fewest people, ties by ids."""
    left = simple_paths(graph, (source,), target, longest)
    found: list[Path] = []
    used: Counter[int] = Counter()
    while left and len(found) < first:
        best = min(left, key=lambda path: (len(path), sum(used[id] for id in path[1:-1]), path))
        left.remove(best)
        found.append(best)
        used.update(best[1:-1])
    return found


@given(
    edges=graphs, source=people, target=people, first=st.integers(1, 5), longest=st.integers(1, 5)
)
def test_paths_are_those_that_looking_at_all_of_them_finds(
    edges: set[tuple[int, int]], source: int, target: int, first: int, longest: int
) -> None:
    graph = undirected(edges)
    found = searched(graph, Search(source, target, first, longest))
    assert found == naive(graph, source, target, first, longest)


def test_a_path_to_oneself_is_oneself() -> None:
    search = Search(4, 4, 3, 4)
    assert search.wanted() == []
    assert search.found == [(4,)]


def test_without_a_way_there_is_no_path() -> None:
    graph = undirected({(1, 2), (3, 4)})
    assert searched(graph, Search(1, 4, 2, 4)) == []


@pytest.mark.parametrize(("longest", "found"), [(2, []), (3, [(1, 2, 3, 4)])])
def test_no_path_is_longer_than_was_asked(longest: int, found: list[Path]) -> None:
    graph = undirected({(1, 2), (2, 3), (3, 4)})
    assert searched(graph, Search(1, 4, 1, longest)) == found


def test_further_paths_are_diverse() -> None:
    graph = undirected({(1, 2), (2, 4), (4, 7), (2, 5), (5, 7), (1, 3), (3, 6), (6, 7)})
    found = searched(graph, Search(1, 7, 2, 4))
    assert found == [(1, 2, 4, 7), (1, 3, 6, 7)]


def test_a_search_that_would_ask_for_too_much_answers_what_it_has() -> None:
    graph = {id: set(range(1, 60)) - {id} for id in range(1, 60)}
    search = Search(1, 59, 100, 4, max_lists=10)
    asked = 0
    while wanted := search.wanted():
        asked += len(wanted)
        search.feed({id: np.array(sorted(graph[id]), np.int64) for id in wanted})
    assert asked <= 10
    assert search.found[0] == (1, 59)
