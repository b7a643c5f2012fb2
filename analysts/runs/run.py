"""One run, from the question to the answer: snapshot → compute → rows or numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from analysts.runs.catalogue import ALGORITHMS, Algorithm
from analysts.runs.computing import compute
from analysts.runs.kinds import KINDS
from analysts.runs.ranking import Row, best, rows
from analysts.runs.snapshot import Snapshot, take_snapshot
from analysts.runs.values import Options, Outcome, Values
from graph.model import NODE
from graph.store import Store

NOTE_EDGES = 500_000
NOTE_SECONDS = 5
Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Question:
    algorithm: str
    graph: str
    top: int | None = None
    summary: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows, or numbers of the whole graph."""

    rows: list[Row] | None
    facts: Mapping[str, Any]


async def run(store: Store, question: Question, seconds: float, note: Note) -> Answer:
    algorithm = ALGORITHMS[question.algorithm]
    snapshot = await take_snapshot(store, KINDS[question.graph], _reading(note))
    outcome = await compute(
        algorithm.name, snapshot.graph, Options(), seconds, _computing(note, algorithm)
    )
    facts = {"nodes": snapshot.graph.nodes, "edges": snapshot.graph.edges, **outcome.facts}
    if question.summary or algorithm.values is Values.NONE:
        return Answer(None, facts)
    return Answer(await _rows(store, snapshot, algorithm, outcome, question.top), facts)


async def _rows(
    store: Store, snapshot: Snapshot, algorithm: Algorithm, outcome: Outcome, top: int | None
) -> list[Row]:
    nodes = best(outcome, algorithm.values, top)
    return rows(snapshot, outcome, nodes, await _external(store, snapshot, nodes))


async def _external(store: Store, snapshot: Snapshot, nodes: NDArray[Any]) -> list[str | None]:
    """As whom the imports know these nodes."""
    edge = snapshot.kind.edge
    found: dict[tuple[str, int], str | None] = {}
    for label in {edge.source, edge.target}:
        if any(prop.name == "externalId" for prop in NODE[label].properties):
            ids = [int(snapshot.ids[node]) for node in nodes if snapshot.label(node) == label]
            names = await store.external_ids(label, ids)
            found |= {(label, id): name for id, name in zip(ids, names, strict=True)}
    return [found.get((snapshot.label(node), int(snapshot.ids[node]))) for node in nodes]


def _reading(note: Note) -> Callable[[int], None]:
    """A line each half a million edges."""
    told = 0

    def seen(count: int) -> None:
        nonlocal told
        if count // NOTE_EDGES > told:
            told = count // NOTE_EDGES
            note(f"read {count:,} edges …")

    return seen


def _computing(note: Note, algorithm: Algorithm) -> Callable[[float], None]:
    """A line each few seconds."""

    def tick(seconds: float) -> None:
        if round(seconds) % NOTE_SECONDS == 0:
            note(f"{algorithm.name}: {seconds:.0f} s …")

    return tick
