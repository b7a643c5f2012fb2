"""Files as Neo4j's importer reads them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from graph.declaring import Edge, Node
from graph.model import counters
from graph.stores.bolt.counters import kept
from graph.stores.bolt.importing_nodes import BATCH
from graph.stores.bolt.sequences import SEQUENCES
from graph.stores.bolt.wanted import OURS
from graph.stores.offline.held import Counts

TYPES = {"int": "long", "time": "long", "bool": "boolean", "strings": "string[]"}
# Between the parts of a list: nobody types it.
ARRAYS = "\x1e"


def text(value: Any) -> Any:
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, list):
        return ARRAYS.join(value)
    return value


def edge_columns(edge: Edge) -> tuple[list[str], list[str]]:
    """Names of the properties, and the header."""
    types = {prop.name: TYPES.get(prop.type, "string") for prop in edge.properties}
    types[BATCH] = "long"
    if edge.carries_ends:
        types |= {"_from": "long", "_to": "long"}
    head = [f":START_ID({edge.source})", f":END_ID({edge.target})"]
    return list(types), head + [f"{name}:{kind}" for name, kind in types.items()]


def write_nodes(path: Path, kind: Node, rows: Sequence[Mapping[str, Any]], counts: Counts) -> None:
    """The importer knows each by its place, which it keeps out of the graph: its integers have
    fewer bits than ids of ours."""
    types = {"id": "long"}
    types |= {prop.name: TYPES.get(prop.type, "string") for prop in kind.properties}
    types[BATCH] = "long"
    used = [name for name in types if any(name in row for row in rows)]
    numbers = [name for name in counters(kind.name) if name in counts and counts[name].any()]
    head = [f":ID({kind.name})", *(f"{name}:{types[name]}" for name in used)]
    head += [f"{kept(name)}:long" for name in numbers]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        for at, row in enumerate(rows):
            said = [text(row.get(name)) for name in used]
            writer.writerow([at, *said, *(int(counts[name][at]) for name in numbers)])


def write_ours(path: Path, label: str, rows: Sequence[Mapping[str, Any]]) -> None:
    types = {name: TYPES.get(kind, "string") for name, kind in OURS[label]}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(f"{name}:{kind}" for name, kind in types.items())
        writer.writerows([row.get(name) for name in types] for row in rows)


def sequences(users: int) -> list[dict[str, Any]]:
    """Where each goes on."""
    used = {"user": SEQUENCES["user"] + users, "import": SEQUENCES["import"] + 1}
    return [{"name": name, "next": used.get(name, first)} for name, first in SEQUENCES.items()]
