"""What an import would make of nodes of one kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graph.imports import Mode, Result
from graph.model import NODE
from graph.store import Store
from loaders.differing import Differing, said_names
from loaders.keys import as_texts
from loaders.known import NOBODY
from loaders.numbered import Numbered, Numbers
from loaders.planning import Plan, PlannedNodes
from loaders.writing import node_faults


class ForeseenNodes:
    def __init__(self, store: Store, kind: str) -> None:
        self._store, self._kind = store, kind
        self.all = Numbered(store)
        self._differing = Differing()
        self._named: dict[str, dict[Any, int]] = {}  # by unique property: who takes which value
        self._deleted: set[int] = set()

    async def add(self, plan: Plan, planned: PlannedNodes) -> None:
        """Adds to the plan's faults what a load would give back."""
        mode = planned.output.mode
        rows = np.flatnonzero(plan.sound & planned.rows)
        keys = as_texts(planned.keys)[rows]
        first = len(self.all.keys)
        numbers = await self.all.numbers(planned.output.end, keys, create=mode is not Mode.DELETE)
        if mode is Mode.DELETE:
            self._delete(plan, rows, numbers)
            return
        await self._adopt(plan, planned, rows, numbers, first)
        if mode is Mode.CREATE:
            self._create(plan, rows, numbers, first)
            return
        await self._compare(planned, rows, numbers)

    def report(self) -> dict[str, int]:
        ours, refused = self.all.ours, self.all.refused
        new = sum(id == NOBODY and at not in refused for at, id in enumerate(ours))
        there = [at for at, id in enumerate(ours) if id != NOBODY and at not in self._deleted]
        changed = sum(at in self._differing for at in there)
        told = {"new": new, "changed": changed, "same": len(there) - changed}
        return told | ({"deleted": len(self._deleted)} if self._deleted else {})

    def _delete(self, plan: Plan, rows: Numbers, numbers: Numbers) -> None:
        """Whether an edge is left of it, which keeps it, is seen only then."""
        for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
            if number == NOBODY or number in self._deleted:
                plan.faults[row] = node_faults(Mode.DELETE)[Result.UNKNOWN]
            else:
                self._deleted.add(number)

    def _create(self, plan: Plan, rows: Numbers, numbers: Numbers, first: int) -> None:
        seen: set[int] = set()
        for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
            if row in plan.faults:
                continue
            if number < first or number in seen or self.all.ours[number] != NOBODY:
                plan.faults[row] = node_faults(Mode.CREATE)[Result.TAKEN]
            seen.add(number)

    async def _adopt(
        self, plan: Plan, planned: PlannedNodes, rows: Numbers, numbers: Numbers, first: int
    ) -> None:
        """A tag of this name that no import knows becomes this one; another's stays its own."""
        for prop in NODE[self._kind].properties:
            if not (prop.unique and prop.public and prop.name in planned.columns):
                continue
            column = planned.columns[prop.name]
            wanted = {
                number: (row, column[row])
                for row, number in zip(rows.tolist(), numbers.tolist(), strict=True)
                if number >= first and self.all.ours[number] == NOBODY and column[row] is not None
            }
            await self._name(plan, prop.name, wanted)

    async def _name(self, plan: Plan, name: str, wanted: dict[int, tuple[int, Any]]) -> None:
        values = [value for _, value in wanted.values()]
        found = await self._store.find_nodes(self._kind, name, values)
        there = [id for id in found if id is not None]
        owners = await self._store.standing_nodes(self._kind, there, ["externalKey"])
        taken = self._named.setdefault(name, {})
        for (number, (row, value)), id in zip(wanted.items(), found, strict=True):
            owner = owners.get(id, [None])[0] if id is not None else None
            if owner is not None or taken.setdefault(value, number) != number:
                plan.faults[row] = node_faults(Mode.UPSERT)[Result.TAKEN]
                self.all.refused.add(number)
            elif id is not None:
                self.all.ours[number] = id
                self._differing.mark(number)

    async def _compare(self, planned: PlannedNodes, rows: Numbers, numbers: Numbers) -> None:
        names = said_names(planned)
        ids = self.all.ids(numbers)
        places = np.flatnonzero(ids != NOBODY).tolist()
        if not names or not places:
            return
        asked: Sequence[int] = list(dict.fromkeys(ids[places].tolist()))
        kept = await self._store.standing_nodes(self._kind, asked, names)
        standing = {at: kept[int(ids[at])] for at in places if int(ids[at]) in kept}
        self._differing.take(numbers.tolist(), rows.tolist(), planned.columns, names, standing)
