"""Results written back to the nodes: in batches that nobody sees, and then all at once."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import orjson

from analysts.runs.run import Result
from analysts.runs.values import Values
from graph.errors import BadInput
from graph.model import NODE
from graph.store import Store
from graph.upkeep import Published

BATCH = 5_000
# What one transaction publishes: the embedded server's default heap holds it, with room.
LARGEST = 200_000
NAME = re.compile(r"[a-z][A-Za-z0-9]{0,39}")

Seen = Callable[[int], None]


def access_property(kind: str, name: str) -> None:
    """A property that results may be written to: one declared for them, or one that nobody has."""
    if not NAME.fullmatch(name):
        raise BadInput("A property begins with a small letter; letters and digits follow.")
    declared = next((prop for prop in NODE[kind].properties if prop.name == name), None)
    if name == "id" or (declared is not None and not declared.computed):
        raise BadInput(f"{kind}.{name} is not for results: choose another name.")


async def write(store: Store, result: Result, name: str, seen: Seen) -> Published:
    """`seen` is told how many values were staged until now."""
    edge = result.question.kind.edge
    if edge.source != edge.target:
        raise BadInput(f"{result.question.graph} has nodes of two kinds: results can't be written.")
    if result.question.about.values is Values.NONE:
        raise BadInput(f"{result.question.algorithm} says nothing of single nodes.")
    declared = next((one for one in NODE[edge.source].properties if one.name == name), None)
    if declared is not None and declared.type == "int" and not _whole(result):
        raise BadInput(f"{edge.source}.{name} holds whole numbers: choose another name.")
    nodes = result.snapshot.graph.nodes
    if nodes > LARGEST:
        raise BadInput(f"{nodes:,} nodes are more than one transaction publishes: {LARGEST:,}.")
    version = await store.begin_result(edge.source, name)
    await _stage(store, result, name, version, seen)
    return await store.publish_result(edge.source, name, version, _about(result))


def _whole(result: Result) -> bool:
    values = result.outcome.values
    return values is not None and np.issubdtype(values.dtype, np.integer)


async def _stage(store: Store, result: Result, name: str, version: int, seen: Seen) -> None:
    assert result.outcome.values is not None
    shown = result.outcome.shown
    nodes = np.arange(result.snapshot.graph.nodes) if shown is None else np.sort(shown)
    ids, values = result.snapshot.ids[nodes].tolist(), result.outcome.values[nodes].tolist()
    rows = list(zip(ids, values, strict=True))
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        await store.stage_result(result.question.kind.edge.source, name, version, some)
        seen(start + len(some))


def _about(result: Result) -> str:
    question = result.question
    return orjson.dumps(
        {
            "algorithm": question.algorithm,
            "graph": question.graph,
            "nodes": result.snapshot.graph.nodes,
            "edges": result.snapshot.graph.edges,
            "seed": question.options.seed,
            "resolution": question.options.resolution,
            "samples": question.options.samples,
        }
    ).decode()
