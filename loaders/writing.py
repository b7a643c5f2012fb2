"""One chunk into the store: ends are resolved, steps are written, rows get their results."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from typing import Any, NamedTuple

import numpy as np

from graph.imports import EdgeStep, Mode, Result, Results
from graph.lanes import LANES, Groups, deal
from graph.store import Capability
from loaders.ends import Ends
from loaders.job import Job
from loaders.keys import as_texts
from loaders.known import NOBODY
from loaders.lanes import EVERY_GROUP, Lanes, dropped, settled
from loaders.mapping import Edges, End
from loaders.node_steps import NodeSteps, step_key
from loaders.patience import patiently
from loaders.planning import Plan, PlannedEdges, PlannedNodes
from loaders.turns import Rows, pair_turns, there_and_back, turns
from loaders.typed import short

# Rows of one transaction at most: large enough for the server, short enough for whoever waits for
# it. Of lanes fewer: what all of them hold at once is what the server has to hold.
STEP = 10_000
LANE_STEP = 4_000
# Fewer rows than this are one step.
WORTH_LANES = 4_000


class Pairs(NamedTuple):
    """Of rows, by their places in the chunk, the ends of their edges."""

    rows: Rows
    a: Rows
    b: Rows

    def some(self, which: Rows) -> Pairs:
        return Pairs(self.rows[which], self.a[which], self.b[which])


Steps = list[asyncio.Task[None]]


@dataclass(slots=True)
class Outcome:
    """What a chunk came to: `results` of rows that are not among the plan's faults."""

    results: Results
    nodes: Counter[str] = field(default_factory=Counter)
    edges: Counter[str] = field(default_factory=Counter)


class Writing:
    """Chunks may be written at once: one begins when the steps of the one before stand in line."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._has_lanes = Capability.LANES in job.store.capabilities
        self._lanes = Lanes(LANES if self._has_lanes else 1, job.stop)
        self._in_line = asyncio.Lock()
        self._steps = NodeSteps(job, self._lanes)
        self._ends = Ends(self._steps)

    async def write(self, plan: Plan, place: str) -> Outcome:
        """`place` names the chunk: the same rows at the same place are the same step."""
        outcome = Outcome(np.zeros(len(plan.chunk), np.uint8))
        under_way: Steps = []
        try:
            async with self._in_line:
                for number, output in enumerate(plan.outputs):
                    await settled(under_way)
                    where = f"{place}/{number}"
                    if isinstance(output, PlannedNodes):
                        under_way = []
                        await self._nodes(plan, output, outcome, where)
                    else:
                        under_way = await self._edges(plan, output, outcome, where)
            await settled(under_way)
        finally:
            await dropped(under_way)
        return outcome

    # --- nodes

    async def _nodes(self, plan: Plan, planned: PlannedNodes, outcome: Outcome, where: str) -> None:
        output = planned.output
        rows = np.flatnonzero(plan.sound & planned.rows)
        keys = as_texts(planned.keys)
        for number, turn in enumerate(turns(keys[rows])):
            some = rows[turn]
            props = [{n: column[row] for n, column in planned.columns.items()} for row in some]
            results, _ = await self._steps.put(
                output.end,
                keys[some].tolist(),
                props,
                output.mode,
                _turn_place(where, number),
                outcome.nodes,
            )
            self._note(plan, outcome, some, results, node_faults(output.mode))
        if output.mode is Mode.DELETE:
            self._ends.forget(output.end.kind)

    # --- edges

    async def _edges(
        self, plan: Plan, planned: PlannedEdges, outcome: Outcome, where: str
    ) -> Steps:
        """The last of its steps are not waited for: they stand in line."""
        output = planned.output
        rows = np.flatnonzero(plan.sound & planned.rows)
        a, b = await self._ends.resolve(
            output, planned.a[rows], planned.b[rows], where, outcome.nodes
        )
        for row, end, key in _unknown(output, rows, a, b, planned):
            plan.faults.setdefault(row, f'no {end.kind} "{short(str(key))}" is known')
        there = (a != NOBODY) & (b != NOBODY)
        rows, a, b = rows[there], a[there], b[there]
        if output.both_ways:
            rows, a, b = there_and_back(rows, a, b)
        # Without properties the first row of a pair says all, unless the second is to be refused.
        all_turns = bool(planned.columns) or output.mode is not Mode.UPSERT
        under_way: Steps = []
        try:
            for number, turn in enumerate(pair_turns(a, b, all_turns=all_turns)):
                await settled(under_way)
                place = _turn_place(where, number)
                pairs = Pairs(rows[turn], a[turn], b[turn])
                under_way = self._begun(plan, planned, pairs, outcome, place)
        except BaseException:
            await dropped(under_way)
            raise
        return under_way

    def _begun(
        self, plan: Plan, planned: PlannedEdges, pairs: Pairs, outcome: Outcome, where: str
    ) -> Steps:
        """Steps of pairs that are there once each, in line from now on."""
        return [
            self._lanes.begin(groups, partial(self._step, plan, planned, some, outcome, where))
            for groups, block in self._dealt(pairs.a, pairs.b)
            for some in _cut(pairs.some(block), planned.output.both_ways, self._size)
        ]

    @property
    def _size(self) -> int:
        return LANE_STEP if self._has_lanes else STEP

    def _dealt(self, a: Rows, b: Rows) -> list[tuple[Groups, Rows]]:
        if self._has_lanes and len(a) >= WORTH_LANES:
            return deal(a, b)
        return [(EVERY_GROUP, np.arange(len(a)))]

    async def _step(
        self, plan: Plan, planned: PlannedEdges, pairs: Pairs, outcome: Outcome, where: str
    ) -> None:
        edge, mode = planned.output.declared, planned.output.mode
        chosen = pairs.rows.tolist()
        step = EdgeStep(
            self._job.batch.number,
            step_key(self._job.batch, where, [pairs.a.tobytes(), pairs.b.tobytes()]),
            edge.name,
            pairs.a,
            pairs.b,
            {n: [column[row] for row in chosen] for n, column in planned.columns.items()},
            {edge.time: self._job.began},
            mode,
            self._job.crowd,
        )
        results = await patiently(partial(self._job.store.import_edges, step))
        outcome.edges[edge.name] += int(np.count_nonzero(results == Result.CREATED))
        self._note(plan, outcome, pairs.rows, results, edge_faults(mode))

    def _note(
        self,
        plan: Plan,
        outcome: Outcome,
        rows: Rows,
        results: Results,
        faults: Mapping[Result, str],
    ) -> None:
        for result, reason in faults.items():
            for row in rows[results == result].tolist():
                plan.faults.setdefault(row, reason)
        np.maximum.at(outcome.results, rows, results)


def _cut(pairs: Pairs, both_ways: bool, size: int) -> Iterable[Pairs]:
    """Steps alike in size. What leads to one node is written together: it, its counters and its
    place in an index of targets are then touched by one step, not by many. Both ways stay beside
    each other, for half a friendship is none; what leads to itself comes behind them."""
    a, b = pairs.a, pairs.b
    order = np.lexsort((np.minimum(a, b), np.maximum(a, b), a == b) if both_ways else (a, b))
    unit = 2 if both_ways else 1
    steps = max(1, ceil(len(order) / size))
    each = max(1, ceil(len(order) / steps / unit)) * unit
    for at in range(0, len(order), each):
        yield pairs.some(order[at : at + each])


def _turn_place(where: str, turn: int) -> str:
    """Of two turns about the very same things the second is no repetition of the first."""
    return f"{where}.{turn}" if turn else where


def _unknown(
    output: Edges, rows: Rows, a: Rows, b: Rows, planned: PlannedEdges
) -> Iterable[tuple[int, End, Any]]:
    for end, ids, keys in ((output.a, a, planned.a), (output.b, b, planned.b)):
        for row in rows[ids == NOBODY].tolist():
            yield row, end, keys[row]


def node_faults(mode: Mode) -> Mapping[Result, str]:
    if mode is Mode.DELETE:
        return {Result.UNKNOWN: "there is no such node", Result.TAKEN: "it still has edges"}
    if mode is Mode.CREATE:
        return {Result.TAKEN: "it is there already"}
    return {Result.TAKEN: "its name is another's"}


def edge_faults(mode: Mode) -> Mapping[Result, str]:
    if mode is Mode.DELETE:
        return {Result.UNKNOWN: "there is no such edge"}
    return {
        Result.UNKNOWN: "an end of it is gone",
        Result.TAKEN: "it is there already",
    }
