"""What an import would make of edges of one type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.imports import Mode, Result
from graph.store import Store
from loaders.degrees import distribution
from loaders.differing import Differing, said_names
from loaders.known import NOBODY
from loaders.numbered import Numbered, Numbers, numbered
from loaders.planning import Plan, PlannedEdges
from loaders.turns import there_and_back
from loaders.writing import edge_faults

LISTED = 10
NO_NUMBERS = np.empty(0, np.int64)


class ForeseenEdges:
    def __init__(self, store: Store, edge: str, sources: Numbered, targets: Numbered) -> None:
        self._store, self._edge = store, edge
        self._sources, self._targets = sources, targets
        self._codes: list[Numbers] = []  # a pair each: its two numbers
        self._differing = Differing()
        self._made: set[int] = set()  # where a row may only create
        self._deleted: set[int] = set()

    async def add(
        self, plan: Plan, planned: PlannedEdges, rows: Numbers, a: Numbers, b: Numbers
    ) -> None:
        """Rows whose ends are known. Adds to the plan's faults what a load would give back."""
        if planned.output.both_ways:
            rows, a, b = there_and_back(rows, a, b)
        names, mode = said_names(planned), planned.output.mode
        codes = (a << 32) | b
        standing = await self._standing(a, b, names) if names or mode is not Mode.UPSERT else {}
        if mode is Mode.DELETE:
            self._delete(plan, rows, codes, standing)
            return
        if mode is Mode.CREATE:
            codes = codes[self._create(plan, rows, codes, standing)]
        elif standing:
            self._differing.take(codes.tolist(), rows.tolist(), planned.columns, names, standing)
        self._codes.append(codes)

    async def report(self, supernode: int) -> dict[str, Any]:
        every = np.concatenate([NO_NUMBERS, *self._codes])
        codes = np.unique(every)
        there, before = await self._degrees(codes)
        after, grown = before.copy(), Counter[int]()
        numbers, counts = np.unique(codes[~there] & 0xFFFFFFFF, return_counts=True)
        for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
            ours = self._targets.ours[number]
            grown[number] = count
            after[ours if ours != NOBODY else -2 - number] += count
        changed = sum(code in self._differing for code in codes[there].tolist())
        told = {
            "new": int((~there).sum()),
            "changed": changed,
            "same": int(there.sum()) - changed,
            "duplicates": len(every) - len(codes),
            "growing": {self._targets.keys[n]: count for n, count in grown.most_common(LISTED)},
            "newSupernodes": self._supernodes(before, after, supernode),
            "degreesBefore": distribution(before),
            "degreesAfter": distribution(after),
        }
        return told | ({"deleted": len(self._deleted)} if self._deleted else {})

    async def _standing(self, a: Numbers, b: Numbers, names: list[str]) -> dict[int, Any]:
        one, other = self._sources.ids(a), self._targets.ids(b)
        places = np.flatnonzero((one != NOBODY) & (other != NOBODY))
        if not len(places):
            return {}
        found = await self._store.standing_edges(self._edge, one[places], other[places], names)
        return {int(places[at]): kept for at, kept in found.items()}

    def _create(
        self, plan: Plan, rows: Numbers, codes: Numbers, standing: Mapping[int, Any]
    ) -> NDArray[np.bool_]:
        made = np.ones(len(codes), np.bool_)
        for place, code in enumerate(codes.tolist()):
            if place in standing or code in self._made:
                plan.faults[int(rows[place])] = edge_faults(Mode.CREATE)[Result.TAKEN]
                made[place] = False
            self._made.add(code)
        return made

    def _delete(
        self, plan: Plan, rows: Numbers, codes: Numbers, standing: Mapping[int, Any]
    ) -> None:
        for place, code in enumerate(codes.tolist()):
            if place not in standing or code in self._deleted:
                plan.faults[int(rows[place])] = edge_faults(Mode.DELETE)[Result.UNKNOWN]
            else:
                self._deleted.add(code)

    async def _degrees(self, codes: Numbers) -> tuple[NDArray[np.bool_], Counter[int]]:
        """Which of these edges stand, and how many each target has, whoever made them."""
        there, before = np.zeros(len(codes), np.bool_), Counter[int]()
        sources, targets = self._sources.inverse(), self._targets.inverse()
        async for a, b, _ in self._store.scan_edges(self._edge):
            ids, counts = np.unique(b, return_counts=True)
            before.update(dict(zip(ids.tolist(), counts.tolist(), strict=True)))
            one, other = numbered(sources, a), numbered(targets, b)
            both = (one != NOBODY) & (other != NOBODY)
            found = (one[both] << 32) | other[both]
            if len(codes):
                place = np.minimum(np.searchsorted(codes, found), len(codes) - 1)
                there[place[codes[place] == found]] = True
        return there, before

    def _supernodes(
        self, before: Mapping[int, int], after: Mapping[int, int], supernode: int
    ) -> list[str]:
        targets = self._targets
        names = dict(zip(targets.ours, targets.keys, strict=True))
        crossed = [id for id, count in after.items() if count >= supernode > before.get(id, 0)]
        return sorted(targets.keys[-2 - id] if id < NOBODY else names[id] for id in crossed)
