"""The part of the port that an import needs, kept in memory until all of it is known.

Nothing is resumable, and nothing has to be: the graph is empty until the end, and whoever is
killed begins again. Nodes are kept whole, for their counters are known only then; edges go to a
file at once, and 8 bytes of each stay.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.changes import Emit, Ops
from graph.declaring import Edge
from graph.errors import BadInput
from graph.imports import EdgeStep, Import, Mode, NodeStep, Result, Results
from graph.model import EDGE, NODE
from graph.store import Capability
from graph.stores.bolt.compose import event_row
from graph.stores.bolt.importing_nodes import BATCH
from graph.stores.bolt.keys import shortened
from graph.stores.bolt.parts import pack
from graph.stores.offline.pairs import Codes, Pairs, code
from graph.stores.offline.shares import key_shares
from graph.usernames import with_own_name

KEY = "externalKey"
Rows = NDArray[np.int64]
Counts = dict[str, NDArray[np.int64]]


class Held(ABC):
    capabilities = frozenset({Capability.TRANSACTIONS})

    name: str

    def __init__(self) -> None:
        self._batch = Import("", 1)
        self._users = 0
        # By kind: the nodes in order, and where each is, by key and by id.
        self._nodes: dict[str, list[dict[str, Any]]] = {kind: [] for kind in NODE}
        self._by_key: dict[str, dict[str, int]] = {kind: {} for kind in NODE}
        self._by_id: dict[str, dict[int, int]] = {kind: {} for kind in NODE}
        self._taken: dict[tuple[str, str], dict[Any, int]] = {}
        self._pairs: dict[str, Pairs] = {edge: Pairs() for edge in EDGE}
        # By kind and counter: places that edges count at for what they say.
        self._split: defaultdict[tuple[str, str], list[Rows]] = defaultdict(list)
        self._parts: list[dict[str, Any]] = []
        self._events: list[dict[str, Any]] = []
        self._created: Counter[str] = Counter()
        self._crowd: int | None = None

    # --- what an import asks for

    async def begin_import(self, name: str) -> Import:
        self._batch = Import(name, 1)
        return self._batch

    async def save_import(self, found: Import) -> None:
        self._batch = found

    async def created_by(self, number: int) -> Mapping[str, int]:
        return dict(self._created)

    async def raise_generation(self) -> int:
        return 1

    async def lease_node(self, first: int, last: int, holder: str, ttl_ms: int, now: int) -> int:
        return first

    async def take_ids(self, count: int) -> int:
        self._users += count
        return self._users - count + 1

    async def write(self, ops: Ops) -> None:
        self._events += [event_row(op.event) for op in ops if isinstance(op, Emit)]

    async def find_nodes(self, kind: str, key: str, values: Sequence[Any]) -> list[int | None]:
        if key == "id":
            return [value if value in self._by_id[kind] else None for value in values]
        places = [self._by_key[kind].get(shortened(kind, {key: v})[key]) for v in values]
        nodes = self._nodes[kind]
        return [None if place is None else nodes[place]["id"] for place in places]

    async def import_nodes(self, step: NodeStep) -> Results:
        created: list[int] = []
        freed: list[tuple[str, Any]] = []
        results = [self._node(step, row, created, freed) for row in step.rows]
        for prop, value in freed:
            del self._taken[step.kind, prop][value]
        self._note("node", step.kind, step.key, results, np.array(created, np.int64))
        return np.array(results, np.uint8)

    def _node(
        self,
        step: NodeStep,
        given: Mapping[str, Any],
        created: list[int],
        freed: list[tuple[str, Any]],
    ) -> Result:
        """`freed` are names that are nobody's once the step is done."""
        kind, row = step.kind, shortened(step.kind, given)
        place = self._by_key[kind].get(row[KEY])
        if step.mode is Mode.DELETE:
            return Result.UNKNOWN if place is None else Result.TAKEN
        if place is not None:
            if step.mode is Mode.CREATE:
                return Result.TAKEN
            node = self._nodes[kind][place]
            new = {
                n: row[n] for n in step.given if row.get(n) is not None and row[n] != node.get(n)
            }
            if not self._rename(kind, node, new, freed):
                return Result.TAKEN
            node.update(new)
            return Result.CHANGED if new else Result.SAME
        if not self._take_names(kind, row):
            return Result.TAKEN
        place = len(self._nodes[kind])
        self._nodes[kind].append(
            {**{n: v for n, v in row.items() if v is not None}, BATCH: step.batch}
        )
        self._by_key[kind][row[KEY]] = place
        self._by_id[kind][row["id"]] = place
        created.append(row["id"])
        return Result.CREATED

    def _take_names(self, kind: str, row: dict[str, Any]) -> bool:
        names = self._taken.setdefault((kind, "usernameKey"), {})
        row |= with_own_name(row, names.__contains__)
        if row.get("usernameKey"):
            names[row["usernameKey"]] = row["id"]
        return self._rename(kind, row, row, [])

    def _rename(
        self,
        kind: str,
        node: Mapping[str, Any],
        new: Mapping[str, Any],
        freed: list[tuple[str, Any]],
    ) -> bool:
        """Whether what this node is to be called from now on is nobody's."""
        for prop in (one.name for one in NODE[kind].properties if one.unique and one.public):
            taken = self._taken.setdefault((kind, prop), {})
            if new.get(prop) is None:
                continue
            if new[prop] in taken:
                return False
            taken[new[prop]] = node["id"]
            if taken.get(node.get(prop)) == node["id"] and node[prop] != new[prop]:
                freed.append((prop, node[prop]))
        return True

    async def import_edges(self, step: EdgeStep) -> Results:
        edge = EDGE[step.edge]
        self._crowd = step.crowd
        if step.mode is Mode.DELETE:
            return np.full(len(step.a), Result.UNKNOWN, np.uint8)
        codes = code(self._places(edge.source, step.a), self._places(edge.target, step.b))
        there = self._pairs[edge.name].has(codes)
        if there.any() and step.columns and step.mode is Mode.UPSERT:
            raise BadInput(
                "Rows say the same edge twice, with properties: load these files through the "
                "running server."
            )
        new = np.flatnonzero(~there)
        self._pairs[edge.name].add(codes[new])
        self._tally(edge, step, new, codes)
        self._write(step, new, codes)
        results = np.full(len(step.a), Result.SAME, np.uint8)
        results[there] = Result.TAKEN if step.mode is Mode.CREATE else Result.SAME
        results[new] = Result.CREATED
        ends = np.concatenate([step.a[new], step.b[new]])
        self._note("edge", edge.name, step.key, results, ends, len(new))
        return results

    def _tally(self, edge: Edge, step: EdgeStep, rows: Rows, codes: Codes) -> None:
        """What these rows count for where that is not known from their ends."""
        split = edge.into.split if edge.into else None
        if split is None:
            return
        otherwise = step.fresh.get(split.property, 0)
        column = step.columns.get(split.property, [None] * len(codes))
        said = np.array([otherwise if column[row] is None else column[row] for row in rows])
        for value, counter in split.counters:
            targets = codes[rows[said == value]] & 0xFFFFFFFF
            self._split[edge.target, counter].append(targets)

    def _places(self, kind: str, ids: Any) -> Any:
        """Where each node is: small numbers, also for ids of 64 bits."""
        known = self._by_id[kind]
        return np.fromiter((known[id] for id in ids.tolist()), np.int64, len(ids))

    @abstractmethod
    def _write(self, step: EdgeStep, rows: Rows, codes: Codes) -> None:
        """These rows of the step are new edges; `codes` are the places of all rows' ends."""

    def _note(
        self,
        kind: str,
        name: str,
        key: str,
        results: Any,
        created: Any,
        count: int | None = None,
    ) -> None:
        number = len(created) if count is None else count
        self._created[name] += number
        self._parts.append(
            {
                "key": key,
                "import": self._batch.number,
                "kind": kind,
                "name": name,
                "results": pack(np.array(results, np.uint8)),
                "created": pack(created),
                "count": number,
            }
        )

    # --- when all is known

    def _counted(self) -> dict[str, Counts]:
        """Every counter; celebrities are marked, and shares have their keys."""
        key_shares(self._nodes, self._pairs)
        sizes = {kind: len(nodes) for kind, nodes in self._nodes.items()}
        counts = counted(self._pairs, sizes)
        for (kind, counter), places in self._split.items():
            counts[kind][counter] = np.bincount(np.concatenate(places), minlength=sizes[kind])
        followers = counts["User"].get("followers")
        if followers is not None and self._crowd is not None:
            for place in np.flatnonzero(followers >= self._crowd).tolist():
                self._nodes["User"][place]["celebrity"] = True
        return counts


def counted(pairs: Mapping[str, Pairs], sizes: Mapping[str, int]) -> dict[str, Counts]:
    """Each kind's counters, node by node, from all pairs of places."""
    found: dict[str, Counts] = {kind: {} for kind in NODE}
    for name, kept_pairs in pairs.items():
        edge, codes = EDGE[name], kept_pairs.all()
        if not len(codes):
            continue
        a, b = codes >> 32, codes & 0xFFFFFFFF
        if edge.out and edge.out.counter:
            found[edge.source][edge.out.counter] = np.bincount(a, minlength=sizes[edge.source])
        if edge.into and edge.into.counter:
            found[edge.target][edge.into.counter] = np.bincount(b, minlength=sizes[edge.target])
        if edge.mutual and edge.mutual.counter:
            mutual = a[kept_pairs.has(code(b, a))]
            friends = np.bincount(mutual, minlength=sizes[edge.source])
            found[edge.source][edge.mutual.counter] = friends
    return found
