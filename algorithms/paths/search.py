"""Paths between two people: a search from both ends, told neighbours level by level. Pure.

    search = Search(source, target, first=3, longest=4)
    while wanted := search.wanted():
        search.feed({id: neighbours_of(id) for id in wanted})
    search.found

Shortest paths come first; among equally long ones, those that share the fewest people with the
ones before, ties by ids. Work is bounded: whoever would need more neighbours than `MAX_LISTS`
gets what was found until then.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from algorithms.links import counted

Ids = NDArray[np.int64]
Path = tuple[int, ...]

# Both halves of a path of four between people with two thousand friends each fit.
MAX_LISTS = 5_000
# How many unfinished paths are looked at for one length.
MAX_STEPS = 20_000


class Search:
    def __init__(
        self, source: int, target: int, first: int, longest: int, max_lists: int = MAX_LISTS
    ) -> None:
        self.found: list[Path] = [(source,)] if source == target else []
        self._ends = (source, target)
        self._first = first
        self._longest = longest
        self._max_lists = max_lists
        self._known: dict[int, Ids] = {}
        # Whom each side has reached, and in its last step.
        self._reached = [np.array([source]), np.array([target])]
        self._frontiers = [np.array([source]), np.array([target])]
        self._steps = [0, 0]
        self._side = 0
        self._trivial = source == target

    def wanted(self) -> list[int]:
        """Whose neighbours to feed next; nobody's when the search is over."""
        while not self._over():
            # The smaller side goes on.
            self._side = int(len(self._frontiers[1]) < len(self._frontiers[0]))
            wanted: list[int] = self._frontiers[self._side].tolist()
            if len(self._known) + len(wanted) > self._max_lists:
                return []
            if wanted:
                return wanted
            # This side knows everybody it can reach: longer paths need no more neighbours.
            self._step([])
        return []

    def feed(self, neighbours: Mapping[int, Ids]) -> None:
        """Neighbours, ascending, of everyone wanted: one step more on this side."""
        self._known.update(neighbours)
        self._step([neighbours[id] for id in self._frontiers[self._side].tolist()])

    def _over(self) -> bool:
        return self._trivial or sum(self._steps) == self._longest or len(self.found) >= self._first

    def _step(self, lists: Sequence[Ids]) -> None:
        side, fresh = self._side, _union(lists)
        fresh = fresh[~np.isin(fresh, self._reached[side])]
        self._reached[side] = np.union1d(self._reached[side], fresh)
        self._frontiers[side] = fresh
        self._steps[side] += 1
        self._collect()

    def _collect(self) -> None:
        """Every path as long as both sides' steps together is known now."""
        layers = layered(self._known, *self._ends, *self._steps)
        if layers is None:
            return
        used = Counter(id for path in self.found for id in path[1:-1])
        while len(self.found) < self._first:
            path = _freshest(layers, self._ends[0], used, set(self.found))
            if path is None:
                return
            self.found.append(path)
            used.update(path[1:-1])


class Layer:
    """The steps from one place of a path to the next: for each id, who may follow."""

    def __init__(self, sources: Ids, targets: Ids) -> None:
        order = np.lexsort((targets, sources))
        self.sources, self.targets = sources[order], targets[order]
        self.ids, self.starts = np.unique(self.sources, return_index=True)

    def after(self, id: int) -> Ids:
        at = int(np.searchsorted(self.ids, id))
        if at == len(self.ids) or self.ids[at] != id:
            return self.targets[:0]
        end = self.starts[at + 1] if at + 1 < len(self.ids) else len(self.targets)
        return self.targets[self.starts[at] : end]


def layered(
    known: Mapping[int, Ids], source: int, target: int, ahead: int, back: int
) -> list[Layer] | None:
    """What walks of exactly `ahead + back` steps are made of, or None where there are none.

    Neighbours are known of everyone within `ahead - 1` steps of the source and `back - 1` of the
    target, which is all that is asked here.
    """
    from_source = _reach(known, source, target, ahead)
    from_target = _reach(known, target, source, back)
    middle = np.intersect1d(from_source[ahead], from_target[back])
    if len(middle) == 0:
        return None
    layers: list[Layer] = []
    to = middle
    for place in reversed(range(ahead)):
        layer = Layer(*_pairs(known, from_source[place], to))
        layers.insert(0, layer)
        to = layer.ids
    at = middle
    for left in reversed(range(back)):
        targets, sources = _pairs(known, from_target[left], at)
        layers.append(Layer(sources, targets))
        at = np.unique(targets)
    return layers


def _reach(known: Mapping[int, Ids], start: int, other: int, steps: int) -> list[Ids]:
    """Where walks of 0 … `steps` steps end that pass neither end of the path on their way."""
    reach = [np.array([start])]
    for _ in range(steps):
        reach[-1] = reach[-1][reach[-1] != other]
        ends = _union([known[id] for id in reach[-1].tolist()])
        reach.append(ends[ends != start])
    return reach


def _pairs(known: Mapping[int, Ids], sources: Ids, targets: Ids) -> tuple[Ids, Ids]:
    """Every known step from `sources` to `targets`."""
    lists = [known[id] for id in sources.tolist()]
    lengths = [len(one) for one in lists]
    ends = np.concatenate([np.empty(0, np.int64), *lists])
    kept = np.isin(ends, targets)
    return np.repeat(sources, lengths)[kept], ends[kept]


def _union(lists: Sequence[Ids]) -> Ids:
    return np.unique(np.concatenate(lists)) if lists else np.empty(0, np.int64)


def _freshest(
    layers: Sequence[Layer], source: int, used: Mapping[int, int], found: set[Path]
) -> Path | None:
    """The new path whose people were used least, ties by ids."""
    for path in _by_use(layers, source, used):
        if path not in found:
            return path
    return None


def _by_use(layers: Sequence[Layer], source: int, used: Mapping[int, int]) -> Iterator[Path]:
    """Simple paths by how much they use again: best first, led by the exact cost to come."""
    costs = _costs_to_come(layers, used)
    waiting: list[tuple[int, Path, int]] = [(0, (source,), 0)]
    for _ in range(MAX_STEPS):
        if not waiting:
            return
        _, path, spent = heapq.heappop(waiting)
        place = len(path) - 1
        if place == len(layers):
            yield path
            continue
        for id in layers[place].after(path[-1]).tolist():
            if id not in path:
                cost = spent + (used.get(id, 0) if place + 1 < len(layers) else 0)
                to_come = costs[place + 1].get(id, 0)
                heapq.heappush(waiting, (cost + to_come, (*path, id), cost))


def _costs_to_come(layers: Sequence[Layer], used: Mapping[int, int]) -> list[dict[int, int]]:
    """For each place, the least use on the rest of the way; 0 is left out."""
    costs: list[dict[int, int]] = [{} for _ in range(len(layers) + 1)]
    if not used:
        return costs
    for place in reversed(range(len(layers))):
        layer, after = layers[place], costs[place + 1]
        last = place + 1 == len(layers)
        weigh = {} if last else used
        heavy = sorted(weigh.keys() | after.keys())
        weights = np.array([weigh.get(id, 0) + after.get(id, 0) for id in heavy], np.int64)
        steps = counted(np.array(heavy, np.int64), weights, layer.targets)
        least = np.minimum.reduceat(steps, layer.starts)
        some = np.flatnonzero(least)
        costs[place] = dict(zip(layer.ids[some].tolist(), least[some].tolist(), strict=True))
    return costs
