"""The part of the port that an import needs, kept in memory and written as the importer's files.

Nothing is resumable, and nothing has to be: until the importer has run there is no database, and
whoever is killed begins again. Nodes are kept whole until the end, for their counters are known
only then; edges go to their file at once, and 8 bytes of each stay.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import orjson

from graph.changes import Emit, Ops
from graph.errors import BadInput
from graph.imports import EdgeStep, Import, Mode, NodeStep, Result, Results
from graph.model import EDGE, NODE
from graph.store import Capability
from graph.stores.bolt.compose import event_row
from graph.stores.bolt.importing_nodes import BATCH
from graph.stores.bolt.keys import shortened
from graph.stores.bolt.parts import pack
from graph.stores.offline import files
from graph.stores.offline.pairs import Pairs, code
from graph.usernames import other_username

KEY = "externalKey"
PART_EDGES = 10_000


class OfflineStore:
    """As `neo4j` to whoever asks for its name."""

    name = "neo4j"
    capabilities = frozenset({Capability.TRANSACTIONS})

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._batch = Import("", 1)
        self._users = 0
        # By kind: the nodes in order, and where each is, by key and by id.
        self._nodes: dict[str, list[dict[str, Any]]] = {kind: [] for kind in NODE}
        self._by_key: dict[str, dict[str, int]] = {kind: {} for kind in NODE}
        self._by_id: dict[str, dict[int, int]] = {kind: {} for kind in NODE}
        self._taken: dict[tuple[str, str], dict[Any, int]] = {}
        self._pairs: dict[str, Pairs] = {edge: Pairs() for edge in EDGE}
        self._edges: dict[str, tuple[IO[str], Any, list[str]]] = {}
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
        results = [self._node(step, row, created) for row in step.rows]
        self._note("node", step.kind, step.key, results, np.array(created, np.int64))
        return np.array(results, np.uint8)

    def _node(self, step: NodeStep, given: Mapping[str, Any], created: list[int]) -> Result:
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
        if row.get("usernameKey") in names:
            name = other_username(row["id"])
            row |= {"username": name, "usernameKey": name}
        if row.get("usernameKey"):
            names[row["usernameKey"]] = row["id"]
        for prop in (one for one in NODE[kind].properties if one.unique and one.public):
            taken = self._taken.setdefault((kind, prop.name), {})
            if row.get(prop.name) is not None:
                if row[prop.name] in taken:
                    return False
                taken[row[prop.name]] = row["id"]
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
        self._write(step, new)
        results = np.full(len(step.a), Result.SAME, np.uint8)
        results[there] = Result.TAKEN if step.mode is Mode.CREATE else Result.SAME
        results[new] = Result.CREATED
        ends = np.concatenate([step.a[new], step.b[new]])
        self._note("edge", edge.name, step.key, results, ends, len(new))
        return results

    def _places(self, kind: str, ids: Any) -> Any:
        """Where each node is: small numbers, also for ids of 64 bits."""
        known = self._by_id[kind]
        return np.fromiter((known[id] for id in ids.tolist()), np.int64, len(ids))

    def _write(self, step: EdgeStep, rows: Any) -> None:
        edge = EDGE[step.edge]
        if edge.name not in self._edges:
            names, head = files.edge_columns(edge)
            file = (self._folder / f"{edge.name}.csv").open("w", encoding="utf-8", newline="")
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(head)
            self._edges[edge.name] = file, writer, names
        _, writer, names = self._edges[edge.name]
        chosen, count = rows.tolist(), len(rows)
        a, b = step.a[rows].tolist(), step.b[rows].tolist()
        fixed = {**step.fresh, BATCH: step.batch}
        columns: list[Any] = [a, b]
        for name in names:
            if name in ("_from", "_to"):
                columns.append(a if name == "_from" else b)
            elif name in step.columns:
                otherwise = fixed.get(name)
                column = [step.columns[name][row] for row in chosen]
                columns.append([files.text(otherwise if v is None else v) for v in column])
            else:
                columns.append([files.text(fixed.get(name))] * count)
        writer.writerows(zip(*columns, strict=True))

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

    # --- the files

    def finish(self) -> tuple[list[tuple[str, Path]], list[tuple[str, Path]]]:
        """Labels with the files of their nodes, types with the files of their edges."""
        for file, _, _ in self._edges.values():
            file.close()
        counts = files.counted(self._pairs, {k: len(nodes) for k, nodes in self._nodes.items()})
        self._mark(counts["User"].get("followers"))
        nodes = []
        for kind, rows in self._nodes.items():
            if rows:
                path = self._folder / f"{kind}.csv"
                files.write_nodes(path, NODE[kind], rows, counts[kind])
                nodes.append((kind, path))
        state = orjson.dumps(dict(self._batch.state)).decode()
        ours: dict[str, list[dict[str, Any]]] = {
            "_Batch": [{"name": self._batch.name, "number": 1, "state": state}],
            "_Part": self._parts,
            "_Event": self._events,
            "_Sequence": files.sequences(self._users),
        }
        for label, kept in ours.items():
            path = self._folder / f"{label}.csv"
            files.write_ours(path, label, kept)
            nodes.append((label, path))
        return nodes, [(name, self._folder / f"{name}.csv") for name in self._edges]

    def _mark(self, followers: Any) -> None:
        """Celebrities."""
        if followers is not None and self._crowd is not None:
            for place in np.flatnonzero(followers >= self._crowd).tolist():
                self._nodes["User"][place]["celebrity"] = True
