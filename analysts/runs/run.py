"""One run, from the question to the answer: estimate → snapshot → compute → rows or numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysts.runs.catalogue import ALGORITHMS, Algorithm
from analysts.runs.computing import compute
from analysts.runs.estimate import Estimate, Limits, refuse_beyond
from analysts.runs.kinds import KINDS, Kind
from analysts.runs.ranking import Row, as_json, best, rows
from analysts.runs.snapshot import Snapshot, take_snapshot
from analysts.runs.values import Options, Outcome, Values
from graph.errors import BadInput, NotFound
from graph.model import NODE
from graph.store import Store
from graph.usernames import username_key

NOTE_EDGES = 500_000
NOTE_SECONDS = 5
USER = "user_"  # in front of an id, as the API says it
Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Question:
    """`source` and `target` are usernames, or numbers of nodes; an int is a number."""

    algorithm: str
    graph: str
    source: str | int | None = None
    target: str | int | None = None
    options: Options = field(default_factory=Options)

    @property
    def about(self) -> Algorithm:
        return ALGORITHMS[self.algorithm]

    @property
    def kind(self) -> Kind:
        return KINDS[self.graph]


@dataclass(frozen=True, slots=True)
class Result:
    """All that a run found, by node of its snapshot."""

    question: Question
    options: Options  # with the nodes that the question names
    snapshot: Snapshot
    outcome: Outcome

    @property
    def facts(self) -> Mapping[str, Any]:
        graph = self.snapshot.graph
        facts = {"nodes": graph.nodes, "edges": graph.edges, **self.outcome.facts}
        if self.outcome.paths is not None:
            facts["paths"] = [
                {"length": length, "ids": [as_json(int(self.snapshot.ids[node])) for node in path]}
                for length, path in self.outcome.paths
            ]
        return facts


async def run(store: Store, question: Question, limits: Limits, note: Note) -> Result:
    if question.about.source and question.source is None:
        raise BadInput(f"{question.algorithm} is about one node: --source says which.")
    expected = await estimated(store, question, limits)
    if expected.seconds > NOTE_SECONDS:
        note(f"about {expected.seconds:,.0f} s for {expected.edges:,} edges")
    snapshot = await take_snapshot(store, question.kind, _reading(note))
    options = await _resolved(store, question, snapshot)
    outcome = await compute(
        question.algorithm, snapshot.graph, options, limits.seconds, _computing(note, question)
    )
    return Result(question, options, snapshot, outcome)


async def estimated(store: Store, question: Question, limits: Limits) -> Estimate:
    """Raises where the run would be beyond the limits."""
    totals = await store.totals(question.kind.edge.name)
    return refuse_beyond(limits, question.about, question.kind, totals, question.options)


async def ranked(store: Store, result: Result, top: int | None) -> list[Row]:
    """The rows of a result, best first."""
    about = result.question.about
    if about.values is Values.NONE:
        return []
    return await rows_of(store, result, best(result.outcome, about.values, top))


async def rows_of(store: Store, result: Result, nodes: NDArray[Any]) -> list[Row]:
    snapshot = result.snapshot
    usernames = await _usernames(store, snapshot, nodes)
    external = await _external(store, snapshot, nodes)
    return rows(snapshot, result.outcome, nodes, usernames, external)


async def names(store: Store, result: Result, nodes: Sequence[int]) -> list[str]:
    """People by username, anything else by its id."""
    snapshot = result.snapshot
    known = await _usernames(store, snapshot, np.asarray(nodes, np.intp))
    found = zip(nodes, known, strict=True)
    return [name or _numbered(snapshot, node) for node, name in found]


def _numbered(snapshot: Snapshot, node: int) -> str:
    id, label = f"{snapshot.ids[node]}", snapshot.label(node)
    return id if label == "User" else f"{label.lower()} {id}"


async def _resolved(store: Store, question: Question, snapshot: Snapshot) -> Options:
    """The options with the nodes that `source` and `target` name."""
    source = await _node(store, snapshot, question.source)
    target = await _node(store, snapshot, question.target)
    return replace(question.options, source=source, target=target)


async def _node(store: Store, snapshot: Snapshot, name: str | int | None) -> int | None:
    if name is None:
        return None
    for label, id in await _meant(store, snapshot, name):
        place = snapshot.node(label, id)
        if place is not None:
            return place
    raise NotFound(f'"{name}" has no edge in {snapshot.kind.name}: a username or an id is wanted.')


async def _meant(store: Store, snapshot: Snapshot, name: str | int) -> list[tuple[str, int]]:
    """A number that is somebody's username is that person; `user_7` is whoever has the id 7."""
    edge = snapshot.kind.edge
    if isinstance(name, str):
        number = name.removeprefix(USER)
        if number != name and number.isdecimal():
            return [("User", int(number))]
        [person] = await store.find_people("usernameKey", [username_key(name)])
        if person is not None:
            return [("User", person)]
        if not name.isdecimal():
            return []
    return [(label, int(name)) for label in (edge.source, edge.target)]


async def _usernames(store: Store, snapshot: Snapshot, nodes: NDArray[Any]) -> list[str | None]:
    """Of people; None for anything else."""
    ids = [int(snapshot.ids[node]) for node in nodes if snapshot.label(int(node)) == "User"]
    people = await store.people(ids) if ids else []
    known = {person.id: person.username for person in people if person is not None}
    return [
        known.get(int(snapshot.ids[node])) if snapshot.label(int(node)) == "User" else None
        for node in nodes
    ]


async def _external(store: Store, snapshot: Snapshot, nodes: NDArray[Any]) -> list[str | None]:
    """As whom the imports know these nodes."""
    edge = snapshot.kind.edge
    ids, is_source = snapshot.ids[nodes], nodes < snapshot.sources
    found: list[str | None] = [None] * len(nodes)
    for label, here in ((edge.source, is_source), (edge.target, ~is_source)):
        if here.any() and any(prop.name == "externalId" for prop in NODE[label].properties):
            places = here.nonzero()[0].tolist()
            names = await store.external_ids(label, ids[here].tolist())
            for place, name in zip(places, names, strict=True):
                found[place] = name
    return found


def _reading(note: Note) -> Callable[[int], None]:
    """A line each half a million edges."""
    told = 0

    def seen(count: int) -> None:
        nonlocal told
        if count // NOTE_EDGES > told:
            told = count // NOTE_EDGES
            note(f"read {count:,} edges …")

    return seen


def _computing(note: Note, question: Question) -> Callable[[float, float | None], None]:
    """A line each few seconds; with the share that is done, where that is known."""

    def tick(seconds: float, share: float | None) -> None:
        if round(seconds) % NOTE_SECONDS == 0:
            done = "" if share is None else f", {share:.0%}"
            note(f"{question.algorithm}: {seconds:.0f} s{done} …")

    return tick
