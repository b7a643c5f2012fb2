"""What an import would change: everything is read and resolved, and nothing is written."""

from __future__ import annotations

from collections import Counter
from contextlib import aclosing
from typing import Any

import numpy as np

from graph.model import EDGE
from graph.store import Store
from loaders.chunks import START
from loaders.coming import opened, plans
from loaders.foreseen_edges import ForeseenEdges
from loaders.foreseen_nodes import ForeseenNodes
from loaders.keys import Keys, joined
from loaders.known import NOBODY
from loaders.mapping import Edges, Unknown
from loaders.numbered import Numbers
from loaders.planning import Plan, PlannedEdges, PlannedNodes
from loaders.sources import Source

LISTED = 10
# Rows a second through batched statements, and bytes on disk: guesses, to tell minutes from hours.
ROWS_A_SECOND = {"embedded": 15_000, "neo4j": 22_000}
BYTES_A_NODE, BYTES_AN_EDGE = 900, 220


class DryRun:
    def __init__(self, store: Store, supernode: int) -> None:
        self._store, self._supernode = store, supernode
        self._nodes: dict[str, ForeseenNodes] = {}
        self._edges: dict[str, ForeseenEdges] = {}
        self._read = self._rejected = self._loops = self._unknown = 0
        self._reasons: Counter[str] = Counter()

    async def run(self, sources: list[Source]) -> dict[str, Any]:
        for source in sources:
            async with opened(source) as reader, aclosing(plans(reader, source, START)) as coming:
                async for plan in coming:
                    await self._add(plan)
        return await self._report()

    async def _add(self, plan: Plan) -> None:
        self._read += len(plan.chunk) + len(plan.chunk.rejects)
        self._loops += plan.loops
        for output in plan.outputs:
            if isinstance(output, PlannedNodes):
                await self._of_kind(output.output.kind).add(plan, output)
            else:
                await self._add_edges(plan, output)
        for reject in plan.rejects():
            self._rejected += 1
            self._reasons[reject.reason.partition('"')[0].strip()] += 1

    async def _add_edges(self, plan: Plan, planned: PlannedEdges) -> None:
        rows = np.flatnonzero(plan.sound & planned.rows)
        a, b = await self._ends(planned.output, planned.a[rows], planned.b[rows])
        there = (a != NOBODY) & (b != NOBODY)
        for row in rows[~there].tolist():
            plan.faults[row] = "an end that nobody knows"
            self._unknown += 1
        edge = self._of_type(planned.output.edge)
        await edge.add(plan, planned, rows[there], a[there], b[there])

    async def _ends(self, output: Edges, a: Keys, b: Keys) -> tuple[Numbers, Numbers]:
        create = output.a.unknown is Unknown.CREATE, output.b.unknown is Unknown.CREATE
        one, other = self._of_kind(output.a.kind).all, self._of_kind(output.b.kind).all
        if one is other and output.a.source == output.b.source and create[0] == create[1]:
            both = await one.numbers(output.a, joined(a, b), create=create[0])
            return both[: len(a)], both[len(a) :]
        return (
            await one.numbers(output.a, a, create=create[0]),
            await other.numbers(output.b, b, create=create[1]),
        )

    def _of_kind(self, kind: str) -> ForeseenNodes:
        if kind not in self._nodes:
            self._nodes[kind] = ForeseenNodes(self._store, kind)
        return self._nodes[kind]

    def _of_type(self, name: str) -> ForeseenEdges:
        if name not in self._edges:
            edge = EDGE[name]
            sources, targets = self._of_kind(edge.source).all, self._of_kind(edge.target).all
            self._edges[name] = ForeseenEdges(self._store, name, sources, targets)
        return self._edges[name]

    async def _report(self) -> dict[str, Any]:
        edges = {name: await one.report(self._supernode) for name, one in self._edges.items()}
        nodes = {kind: one.report() for kind, one in self._nodes.items()}
        new_edges = sum(one["new"] for one in edges.values())
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
