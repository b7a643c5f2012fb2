"""An import written as the files of Neo4j's importer."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import IO, Any

import orjson

from graph.imports import EdgeStep
from graph.model import EDGE, NODE
from graph.stores.bolt.importing_nodes import BATCH
from graph.stores.offline import files
from graph.stores.offline.held import Held, Rows
from graph.stores.offline.pairs import Codes


class OfflineStore(Held):
    """As `neo4j` to whoever asks for its name."""

    name = "neo4j"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._edges: dict[str, tuple[IO[str], Any, list[str]]] = {}

    def _write(self, step: EdgeStep, rows: Rows, codes: Codes) -> None:
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
        places = codes[rows]
        columns: list[Any] = [(places >> 32).tolist(), (places & 0xFFFFFFFF).tolist()]
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

    # --- the files

    def finish(self) -> tuple[list[tuple[str, Path]], list[tuple[str, Path]]]:
        """Labels with the files of their nodes, types with the files of their edges."""
        for file, _, _ in self._edges.values():
            file.close()
        counts = self._counted()
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
