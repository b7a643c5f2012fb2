"""One chunk into the store: ends are resolved, steps are written, rows get their results."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.errors import DeadlineExceeded, Unavailable
from graph.imports import EdgeStep, Import, Mode, NodeStep, Result, Results
from graph.lanes import deal
from graph.store import Capability, Store
from loaders.defaults import external_key, has_time, node_row
from loaders.known import NOBODY, Known
from loaders.mapping import Edges, End, Unknown
from loaders.planning import Keys, Plan, PlannedEdges, PlannedNodes, as_texts
from loaders.stamps import Stamps
from loaders.typed import short

T = TypeVar("T")
Rows = NDArray[np.int64]

# Rows of one transaction: large enough for the server, short enough for whoever waits for it.
STEP = 10_000
NODES_STEP = 2_500
# Fewer rows than this are one step.
WORTH_LANES = 4_000
# A server that was killed is back within this; longer, and the import stops, to be resumed.
PATIENCE = 60.0


@dataclass(slots=True)
class Outcome:
    """What a chunk came to: `results` of rows that are not among the plan's faults."""

    results: Results
    nodes: Counter[str] = field(default_factory=Counter)
    edges: Counter[str] = field(default_factory=Counter)


class Writing:
    def __init__(
        self,
        store: Store,
        batch: Import,
        clock: Callable[[], int],
        began: int,
        crowd: int | None,
    ) -> None:
        self._store, self._batch, self._began, self._crowd = store, batch, began, crowd
        self._stamps = Stamps(store, clock)
        self._known: dict[tuple[str, str], Known] = {}

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
        for turn in turns(keys[rows]):
            some = rows[turn]
            for at in range(0, len(some), NODES_STEP):
                part = some[at : at + NODES_STEP]
                props = [{n: column[row] for n, column in planned.columns.items()} for row in part]
                results = await self._put(
                    output.end, [keys[row] for row in part], props, output.mode, where, outcome
                )
                self._note(plan, outcome, part, results, _node_faults(output.mode))

    async def _put(
        self,
        end: End,
        keys: list[str],
        props: list[dict[str, Any]],
        mode: Mode,
        where: str,
        outcome: Outcome,
        *,
        sought: bool = False,
    ) -> Results:
        ids = await self._ids(end, keys, props, mode, sought=sought)
        rows = [
            node_row(end.kind, end.source, key, id, said, self._began)
            for key, id, said in zip(keys, ids, props, strict=True)
        ]
        # A name is for new people only: whoever is there may have chosen theirs.
        given = [name for name in props[0] if name != "username"] if props else []
        step = NodeStep(self._batch.number, self._key(where, keys), end.kind, rows, given, mode)
        results = await patiently(lambda: self._store.import_nodes(step))
        outcome.nodes[end.kind] += int(np.count_nonzero(results == Result.CREATED))
        return results

    async def _ids(
        self,
        end: End,
        keys: list[str],
        props: list[dict[str, Any]],
        mode: Mode,
        *,
        sought: bool,
    ) -> list[int]:
        """New ones for those that nobody knows (all, where they were `sought` already)."""
        if mode is Mode.DELETE:
            return [0] * len(keys)
        found: list[int | None] = [None] * len(keys)
        if not sought:
            found = await self._find(end, keys)
        new = [at for at, id in enumerate(found) if id is None]
        if has_time(end.kind):
            times = [props[at].get("createdAt") for at in new]
            fresh = await patiently(lambda: self._stamps.many(end.kind, times))
        else:
            first = await patiently(lambda: self._store.take_ids(len(new))) if new else 0
            fresh = list(range(first, first + len(new)))
        for at, id in zip(new, fresh, strict=True):
            found[at] = id
        return [id or 0 for id in found]

    # --- edges

    async def _edges(self, plan: Plan, planned: PlannedEdges, outcome: Outcome, where: str) -> None:
        output = planned.output
        rows = np.flatnonzero(plan.sound & planned.rows)
        a, b = await self._resolve_ends(output, planned.a[rows], planned.b[rows], where, outcome)
        for row, end, key in _unknown(output, rows, a, b, planned):
            plan.faults.setdefault(row, f'no {end.kind} "{short(str(key))}" is known')
        there = (a != NOBODY) & (b != NOBODY)
        rows, a, b = rows[there], a[there], b[there]
        if output.both_ways:
            rows, a, b = np.repeat(rows, 2), *_both(a, b)
        for turn in pair_turns(a, b, all_turns=bool(planned.columns)):
            await self._pairs(plan, planned, rows[turn], a[turn], b[turn], outcome, where)

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
            await asyncio.gather(
                *(
                    self._lane(plan, planned, rows[some], a[some], b[some], outcome, where)
                    for some in lanes
                )
            )

    def _dealt(self, a: Rows, b: Rows) -> list[list[Rows]]:
        """Rounds of lanes that have no node in common; one of each where there is little."""
        if Capability.LANES in self._store.capabilities and len(a) >= WORTH_LANES:
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
        for at in range(0, len(rows), STEP):
            part = slice(at, at + STEP)
            chosen = rows[part].tolist()
            step = EdgeStep(
                self._batch.number,
                self._key(where, [a[part].tobytes(), b[part].tobytes()]),
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
            self._note(plan, outcome, rows[part], results, _edge_faults(planned.output.mode))

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

    # --- which of our ids is meant

    async def _resolve_ends(
        self, output: Edges, a: Keys, b: Keys, where: str, outcome: Outcome
    ) -> tuple[Rows, Rows]:
        one, other = output.a, output.b
        if one.kind == other.kind and one.source == other.source and one.unknown == other.unknown:
            both = joined(a, b)
            ids = await self._resolve(one, both, where, outcome)
            return ids[: len(a)], ids[len(a) :]
        return (
            await self._resolve(one, a, where, outcome),
            await self._resolve(other, b, where, outcome),
        )

    async def _resolve(self, end: End, keys: Keys, where: str, outcome: Outcome) -> Rows:
        known = self._known.setdefault((end.kind, end.source), Known())
        ids = known.look_up(keys)
        missing = each_once(keys[ids == NOBODY])
        if not missing:
            return ids
        await self._learn(end, known, missing)
        ids = known.look_up(keys)
        missing = each_once(keys[ids == NOBODY]) if end.unknown is Unknown.CREATE else []
        if missing:
            for at in range(0, len(missing), NODES_STEP):
                some = missing[at : at + NODES_STEP]
                none: list[dict[str, Any]] = [{} for _ in some]
                await self._put(end, some, none, Mode.UPSERT, where, outcome, sought=True)
            await self._learn(end, known, missing)
            ids = known.look_up(keys)
        return ids

    async def _learn(self, end: End, known: Known, keys: list[str]) -> None:
        found = await self._find(end, keys)
        there = [(key, id) for key, id in zip(keys, found, strict=True) if id is not None]
        known.learn((key for key, _ in there), (id for _, id in there))

    async def _find(self, end: End, keys: list[str]) -> list[int | None]:
        asked = [external_key(end.source, key) for key in keys]
        return await patiently(lambda: self._store.find_nodes(end.kind, "externalKey", asked))

    def _key(self, where: str, content: Iterable[str | bytes]) -> str:
        """Of a step: the same place and the same rows. Only then it is the same step."""
        digest = blake2b(where.encode(), digest_size=16)
        for one in content:
            digest.update(one.encode() if isinstance(one, str) else one)
            digest.update(b"\x1f")
        return f"{self._batch.number}:{digest.hexdigest()}"


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Again while the server is away: a step that was done is not done twice."""
    loop = asyncio.get_running_loop()
    ends, wait = loop.time() + PATIENCE, 0.1
    while True:
        try:
            return await ask()
        except (Unavailable, DeadlineExceeded):
            if loop.time() + wait > ends:
                raise
        await asyncio.sleep(wait)
        wait = min(2.0, wait * 2)


def turns(keys: Keys) -> list[Rows]:
    """Positions, so that each key stands once in a turn, in the order of the rows."""
    seen: Counter[Any] = Counter()
    found: list[list[int]] = []
    for at, key in enumerate(keys):
        turn = seen[key]
        seen[key] += 1
        if turn == len(found):
            found.append([])
        found[turn].append(at)
    return [np.array(turn, np.int64) for turn in found]


def pair_turns(a: Rows, b: Rows, *, all_turns: bool) -> list[Rows]:
    """The same for pairs. Without properties the first turn says all there is to say."""
    if not len(a):
        return []
    order = np.lexsort((np.arange(len(a)), b, a))
    first = np.ones(len(a), np.bool_)
    first[1:] = (a[order][1:] != a[order][:-1]) | (b[order][1:] != b[order][:-1])
    if first.all():
        return [np.arange(len(a))]
    if not all_turns:
        return [np.sort(order[first])]
    starts = np.flatnonzero(first)
    turn = np.arange(len(a)) - np.repeat(starts, np.diff(np.append(starts, len(a))))
    return [np.sort(order[turn == number]) for number in range(int(turn.max()) + 1)]


def _both(a: Rows, b: Rows) -> tuple[Rows, Rows]:
    """Each row's two edges beside each other: of two rows that say the same the first counts."""
    return np.stack([a, b], 1).ravel(), np.stack([b, a], 1).ravel()


def joined(a: Keys, b: Keys) -> Keys:
    if a.dtype != b.dtype:
        a, b = as_texts(a), as_texts(b)
    return np.concatenate([a, b])


def each_once(keys: Keys) -> list[str]:
    """In the order in which they come first."""
    if keys.dtype == object:
        return list(dict.fromkeys(keys))
    _, first = np.unique(keys, return_index=True)
    return [str(key) for key in keys[np.sort(first)].tolist()]


def _unknown(
    output: Edges, rows: Rows, a: Rows, b: Rows, planned: PlannedEdges
) -> Iterable[tuple[int, End, Any]]:
    for end, ids, keys in ((output.a, a, planned.a), (output.b, b, planned.b)):
        for row in rows[ids == NOBODY].tolist():
            yield row, end, keys[row]


def _node_faults(mode: Mode) -> Mapping[Result, str]:
    if mode is Mode.DELETE:
        return {Result.UNKNOWN: "there is no such node", Result.TAKEN: "it still has edges"}
    if mode is Mode.CREATE:
        return {Result.TAKEN: "it is there already"}
    return {Result.TAKEN: "its name is another's"}


def _edge_faults(mode: Mode) -> Mapping[Result, str]:
    if mode is Mode.DELETE:
        return {Result.UNKNOWN: "there is no such edge"}
    return {
        Result.UNKNOWN: "an end of it is gone",
        Result.TAKEN: "it is there already",
    }
