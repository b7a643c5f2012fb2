"""One chunk into the store: ends are resolved, steps are written, rows get their results."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from graph.imports import EdgeStep, Import, Mode, Result, Results
from graph.lanes import deal
from graph.store import Capability, Store
from loaders.ends import Ends
from loaders.keys import as_texts
from loaders.known import NOBODY
from loaders.mapping import Edges, End
from loaders.node_steps import NodeSteps, step_key
from loaders.patience import patiently
from loaders.planning import Plan, PlannedEdges, PlannedNodes
from loaders.turns import Rows, pair_turns, there_and_back, turns
from loaders.typed import short

# Rows of one transaction at most: large enough for the server, short enough for whoever waits for
# it. Of lanes about as many as one's share of a chunk: they keep nobody else from their nodes long.
STEP = 10_000
LANE_STEP = 16_000
# Fewer rows than this are one step.
WORTH_LANES = 4_000


@dataclass(slots=True)
class Outcome:
    """What a chunk came to: `results` of rows that are not among the plan's faults."""

    results: Results
    nodes: Counter[str] = field(default_factory=Counter)
    edges: Counter[str] = field(default_factory=Counter)


class Stopped(Exception):
    """Somebody asked for it, within a chunk: its steps so far are done, and not done again."""


class Writing:
    def __init__(
        self,
        store: Store,
        batch: Import,
        clock: Callable[[], int],
        began: int,
        crowd: int | None,
        stop: asyncio.Event,
    ) -> None:
        self._store, self._batch, self._began, self._crowd = store, batch, began, crowd
        self._stop = stop
        self._has_lanes = Capability.LANES in store.capabilities
        self._steps = NodeSteps(store, batch, clock, began)
        self._ends = Ends(self._steps)

    async def write(self, plan: Plan, place: str) -> Outcome:
        """`place` names the chunk: the same rows at the same place are the same step."""
        outcome = Outcome(np.zeros(len(plan.chunk), np.uint8))
        for number, output in enumerate(plan.outputs):
            where = f"{place}/{number}"
            if isinstance(output, PlannedNodes):
                await self._nodes(plan, output, outcome, where)
            else:
                await self._edges(plan, output, outcome, where)
        return outcome

    # --- nodes

    async def _nodes(self, plan: Plan, planned: PlannedNodes, outcome: Outcome, where: str) -> None:
        output = planned.output
        rows = np.flatnonzero(plan.sound & planned.rows)
        keys = as_texts(planned.keys)
        for number, turn in enumerate(turns(keys[rows])):
            some = rows[turn]
            props = [{n: column[row] for n, column in planned.columns.items()} for row in some]
            results = await self._steps.put(
                output.end,
                keys[some].tolist(),
                props,
                output.mode,
                _turn_place(where, number),
                outcome.nodes,
            )
            self._note(plan, outcome, some, results, node_faults(output.mode))

    # --- edges

    async def _edges(self, plan: Plan, planned: PlannedEdges, outcome: Outcome, where: str) -> None:
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
            rows, a, b = np.repeat(rows, 2), *there_and_back(a, b)
        # Without properties the first row of a pair says all, unless the second is to be refused.
        all_turns = bool(planned.columns) or output.mode is not Mode.UPSERT
        for number, turn in enumerate(pair_turns(a, b, all_turns=all_turns)):
            place = _turn_place(where, number)
            await self._pairs(plan, planned, rows[turn], a[turn], b[turn], outcome, place)

    async def _pairs(
        self,
        plan: Plan,
        planned: PlannedEdges,
        rows: Rows,
        a: Rows,
        b: Rows,
        outcome: Outcome,
        where: str,
    ) -> None:
        """Each pair once."""
        for lanes in self._dealt(a, b):
            ends = await asyncio.gather(
                *(
                    self._lane(plan, planned, rows[some], a[some], b[some], outcome, where)
                    for some in lanes
                ),
                return_exceptions=True,
            )
            # Only when none of them is under way any more.
            for failure in filter(None, ends):
                raise failure

    def _dealt(self, a: Rows, b: Rows) -> list[list[Rows]]:
        """Rounds of lanes that have no node in common; one of each where there is little."""
        if self._has_lanes and len(a) >= WORTH_LANES:
            return deal(a, b)
        return [[np.arange(len(a))]]

    async def _lane(
        self,
        plan: Plan,
        planned: PlannedEdges,
        rows: Rows,
        a: Rows,
        b: Rows,
        outcome: Outcome,
        where: str,
    ) -> None:
        edge = planned.output.declared
        # What leads to one node is written together: it, its counters and its place in an index
        # of targets are then touched by one step, not by many.
        # Both ways stay beside each other: half a friendship is none.
        both = planned.output.both_ways
        order = np.lexsort((np.minimum(a, b), np.maximum(a, b)) if both else (a, b))
        rows, a, b = rows[order], a[order], b[order]
        size = LANE_STEP if self._has_lanes else STEP
        for at in range(0, len(rows), size):
            if self._stop.is_set():
                raise Stopped
            part = slice(at, at + size)
            chosen = rows[part].tolist()
            step = EdgeStep(
                self._batch.number,
                step_key(self._batch, where, [a[part].tobytes(), b[part].tobytes()]),
                edge.name,
                a[part],
                b[part],
                {n: [column[row] for row in chosen] for n, column in planned.columns.items()},
                {edge.time: self._began},
                planned.output.mode,
                self._crowd,
            )
            results = await patiently(partial(self._store.import_edges, step))
            outcome.edges[edge.name] += int(np.count_nonzero(results == Result.CREATED))
            self._note(plan, outcome, rows[part], results, edge_faults(planned.output.mode))

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
