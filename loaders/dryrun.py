"""What an import would change: everything is read and resolved, and nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.imports import Mode
from graph.model import EDGE
from graph.store import Store
from loaders.chunks import START
from loaders.defaults import external_key
from loaders.importing import plans
from loaders.keys import Keys, as_texts, each_once, joined
from loaders.known import NOBODY, Known
from loaders.mapping import End, Unknown
from loaders.planning import Plan, PlannedEdges, PlannedNodes
from loaders.reading import open_source
from loaders.sources import Source

Numbers = NDArray[np.int64]

LISTED = 10
BUCKETS = (1, 2, 10, 100, 1_000, 10_000, 100_000)
# Rows a second through batched statements, and bytes on disk: guesses, to tell minutes from hours.
ROWS_A_SECOND = {"embedded": 9_000, "neo4j": 12_000}
BYTES_A_NODE, BYTES_AN_EDGE = 900, 220


@dataclass(slots=True)
class _Ends:
    """All nodes of one kind that the files speak of, numbered as they come."""

    known: dict[str, Known] = field(default_factory=dict)  # by name space
    keys: list[str] = field(default_factory=list)
    ours: list[int] = field(default_factory=list)  # NOBODY where it is not there yet


@dataclass(slots=True)
class _Pairs:
    a: list[Numbers] = field(default_factory=list)
    b: list[Numbers] = field(default_factory=list)
    times: list[Numbers] = field(default_factory=list)  # 0 where the row says none


class DryRun:
    def __init__(self, store: Store, supernode: int) -> None:
        self._store, self._supernode = store, supernode
        self._ends: dict[str, _Ends] = {}
        self._pairs: dict[str, _Pairs] = {}
        self._wanted: dict[str, set[int]] = {}
        self._deletes: Counter[str] = Counter()
        self._read = self._rejected = self._loops = self._unknown = 0
        self._reasons: Counter[str] = Counter()

    async def run(self, sources: list[Source]) -> dict[str, Any]:
        for source in sources:
            reader = open_source(source)
            try:
                async for plan in plans(reader, source, START):
                    await self._add(plan)
            finally:
                reader.close()
        return await self._report()

    # --- reading

    async def _add(self, plan: Plan) -> None:
        self._read += len(plan.chunk) + len(plan.chunk.rejects)
        self._loops += plan.loops
        for output in plan.outputs:
            if isinstance(output, PlannedNodes):
                await self._nodes(plan, output)
            else:
                await self._edges(plan, output)
        for reject in plan.rejects():
            self._rejected += 1
            self._reasons[reject.reason.partition('"')[0].strip()] += 1

    async def _nodes(self, plan: Plan, planned: PlannedNodes) -> None:
        keys = as_texts(planned.keys)[plan.sound & planned.rows]
        numbers = await self._numbers(planned.output.end, keys, create=True)
        if planned.output.mode is not Mode.DELETE:
            self._wanted.setdefault(planned.output.kind, set()).update(numbers.tolist())

    async def _edges(self, plan: Plan, planned: PlannedEdges) -> None:
        output = planned.output
        rows = np.flatnonzero(plan.sound & planned.rows)
        create = output.a.unknown is Unknown.CREATE, output.b.unknown is Unknown.CREATE
        if output.a.kind == output.b.kind and output.a.source == output.b.source:
            both = joined(planned.a[rows], planned.b[rows])
            found = await self._numbers(output.a, both, create=create[0])
            a, b = found[: len(rows)], found[len(rows) :]
        else:
            a = await self._numbers(output.a, planned.a[rows], create=create[0])
            b = await self._numbers(output.b, planned.b[rows], create=create[1])
        there = (a != NOBODY) & (b != NOBODY)
        for row in rows[~there].tolist():
            plan.faults[row] = "an end that nobody knows"
            self._unknown += 1
        if output.mode is Mode.DELETE:
            self._deletes[output.edge] += int(there.sum())
            return
        column = planned.columns.get(output.declared.time)
        times = np.zeros(len(rows), np.int64)
        if column is not None:
            times = np.array([column[row] or 0 for row in rows], np.int64)
        pairs = self._pairs.setdefault(output.edge, _Pairs())
        for one, other in ((a, b), (b, a))[: 2 if output.both_ways else 1]:
            pairs.a.append(one[there])
            pairs.b.append(other[there])
            pairs.times.append(times[there])

    async def _numbers(self, end: End, keys: Keys, *, create: bool) -> Numbers:
        ends = self._ends.setdefault(end.kind, _Ends())
        known = ends.known.setdefault(end.source, Known(bounded=False))
        missing = each_once(keys[known.look_up(keys) == NOBODY])
        if missing:
            asked = [external_key(end.source, key) for key in missing]
            found = await self._store.find_nodes(end.kind, "externalKey", asked)
            new = [
                (k, id) for k, id in zip(missing, found, strict=True) if create or id is not None
            ]
            first = len(ends.keys)
            known.learn((key for key, _ in new), range(first, first + len(new)))
            ends.keys += [key for key, _ in new]
            ends.ours += [NOBODY if id is None else id for _, id in new]
        return known.look_up(keys)

    # --- what it comes to

    async def _report(self) -> dict[str, Any]:
        edges = {name: await self._diff(name, pairs) for name, pairs in self._pairs.items()}
        for name, count in self._deletes.items():
            edges.setdefault(name, {})["deleted"] = count
        nodes = {kind: self._of_kind(ends) for kind, ends in self._ends.items()}
        new_edges = sum(one.get("new", 0) for one in edges.values())
        new_nodes = sum(one["new"] for one in nodes.values())
        rate = ROWS_A_SECOND.get(self._store.name, 10_000)
        return {
            "dryRun": True,
            "read": self._read,
            "rejected": self._rejected,
            "reasons": dict(self._reasons.most_common(LISTED)),
            "selfLoops": self._loops,
            "unknownEnds": self._unknown,
            "nodes": nodes,
            "edges": edges,
            "estimated": {
                "seconds": round((new_edges + new_nodes) / rate, 1),
                "bytes": new_nodes * BYTES_A_NODE + new_edges * BYTES_AN_EDGE,
            },
        }

    def _of_kind(self, ends: _Ends) -> dict[str, int]:
        new = sum(id == NOBODY for id in ends.ours)
        return {"new": new, "there": len(ends.ours) - new}

    async def _diff(self, name: str, pairs: _Pairs) -> dict[str, Any]:
        edge = EDGE[name]
        sources, targets = self._ends[edge.source], self._ends[edge.target]
        code = (np.concatenate(pairs.a) << 32) | np.concatenate(pairs.b)
        times = np.concatenate(pairs.times)
        rows = len(code)
        # Of rows that say the same pair the last one counts.
        code, last = np.unique(code[::-1], return_index=True)
        times = times[::-1][last]
        there, changed, before = await self._standing(name, sources, targets, code, times)
        new = code[~there]
        after = before.copy()
        grown: Counter[int] = Counter()
        numbers, counts = np.unique(new & 0xFFFFFFFF, return_counts=True)
        for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
            ours = targets.ours[number]
            grown[number] = count
            after[ours if ours != NOBODY else -2 - number] += count
        return {
            "new": len(new),
            "changed": changed,
            "same": int(there.sum()) - changed,
            "duplicates": rows - len(code),
            "growing": {targets.keys[n]: count for n, count in grown.most_common(LISTED)},
            "newSupernodes": self._supernodes(before, after, targets),
            "degreesBefore": distribution(before),
            "degreesAfter": distribution(after),
        }

    async def _standing(
        self, name: str, sources: _Ends, targets: _Ends, code: Numbers, times: Numbers
    ) -> tuple[NDArray[np.bool_], int, Counter[int]]:
        """Which of these edges stand, how many at another time, and how many each target has."""
        there = np.zeros(len(code), np.bool_)
        changed, before = 0, Counter[int]()
        from_ours, to_ours = _inverse(sources), _inverse(targets)
        async for a, b, at in self._store.scan_edges(name):
            ids, counts = np.unique(b, return_counts=True)
            before.update(dict(zip(ids.tolist(), counts.tolist(), strict=True)))
            one, other = _numbered(from_ours, a), _numbered(to_ours, b)
            both = (one != NOBODY) & (other != NOBODY)
            found = (one[both] << 32) | other[both]
            place = np.minimum(np.searchsorted(code, found), max(len(code) - 1, 0))
            hit = code[place] == found if len(code) else np.zeros(0, np.bool_)
            there[place[hit]] = True
            said = times[place[hit]]
            changed += int(((said != 0) & (said != at[both][hit])).sum())
        return there, changed, before

    def _supernodes(
        self, before: Mapping[int, int], after: Mapping[int, int], targets: _Ends
    ) -> list[str]:
        names = dict(zip(targets.ours, targets.keys, strict=True))
        crossed = [
            id for id, count in after.items() if count >= self._supernode > before.get(id, 0)
        ]
        return sorted(targets.keys[-2 - id] if id < NOBODY else names[id] for id in crossed)


def distribution(degrees: Mapping[int, int]) -> dict[str, int]:
    """How many nodes have so many of these edges coming in; those without any left out."""
    counts = np.array([count for count in degrees.values() if count > 0], np.int64)
    found: dict[str, int] = {}
    for low, high in zip(BUCKETS, (*BUCKETS[1:], None), strict=True):
        name = str(low) if high == low + 1 else f"{low}-{high - 1}" if high else f"{low}+"
        inside = counts >= low if high is None else (counts >= low) & (counts < high)
        if number := int(inside.sum()):
            found[name] = number
    return found


def _inverse(ends: _Ends) -> tuple[Numbers, Numbers]:
    """Our ids, ascending, and the number of each."""
    ours = np.array(ends.ours, np.int64)
    numbers = np.flatnonzero(ours != NOBODY)
    order = np.argsort(ours[numbers])
    return ours[numbers][order], numbers[order]


def _numbered(inverse: tuple[Numbers, Numbers], ids: Numbers) -> Numbers:
    ours, numbers = inverse
    if not len(ours):
        return np.full(len(ids), NOBODY, np.int64)
    place = np.minimum(np.searchsorted(ours, ids), len(ours) - 1)
    return np.where(ours[place] == ids, numbers[place], NOBODY)
