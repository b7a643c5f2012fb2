"""What the memory store keeps, and the few ways to change it, each of which can be undone.

Values in the tables are never changed in place: a change puts a new value, so that whoever holds
an old one keeps it, and undoing is putting the old one back.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from graph.changes import Event
from graph.errors import Conflict
from graph.imports import Import, Results
from graph.model import NODE
from graph.records import Props
from graph.upkeep import DeadEvent

NodeKey = tuple[str, int]  # kind, id
EdgeKey = tuple[str, int, int]  # edge, source, target


@dataclass(frozen=True, slots=True)
class Part:
    """A step of an import that was done."""

    batch: int
    kind: str  # node | edge
    name: str
    results: Results
    created: tuple[tuple[int, ...], ...]  # ids of nodes, or ends of edges


Values = Mapping[int, float | int]


@dataclass(slots=True)
class Finding:
    """A property that algorithms write: what is staged, what stands, what stood before."""

    last: int = 0
    staging: int | None = None
    staged: dict[int, float | int] = field(default_factory=dict)
    now: tuple[int | None, Values, str | None] = (None, {}, None)
    before: tuple[int | None, Values, str | None] = (None, {}, None)


@dataclass(slots=True)
class State:
    nodes: dict[NodeKey, Props] = field(default_factory=dict)
    # Who has a unique value: (kind, property, value) → id.
    taken: dict[tuple[str, str, Any], int] = field(default_factory=dict)
    # Usually one each; history edges, and what the doctor calls doubled, stand more than once.
    edges: dict[EdgeKey, tuple[Props, ...]] = field(default_factory=dict)
    targets: dict[NodeKey, set[int]] = field(default_factory=lambda: defaultdict(set))
    sources: dict[NodeKey, set[int]] = field(default_factory=lambda: defaultdict(set))
    counters: dict[tuple[str, int, str], int] = field(default_factory=dict)
    waiting: dict[int, Event] = field(default_factory=dict)
    dead: dict[int, DeadEvent] = field(default_factory=dict)
    versions: dict[tuple[int, int], int] = field(default_factory=dict)
    next_id: int = 1
    # Node number → who holds it, until when.
    leases: dict[int, tuple[str, int]] = field(default_factory=dict)
    generation: int = 0
    identity: int = field(default_factory=partial(secrets.randbits, 48))
    imports: dict[str, Import] = field(default_factory=dict)
    next_import: int = 1
    parts: dict[str, Part] = field(default_factory=dict)
    # What algorithms found: (kind, property).
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)
    # Who viewed which post on which day.
    views: set[tuple[int, int, int]] = field(default_factory=set)
    _undo: list[Callable[[], None]] | None = None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is put inside, or, when it raises, nothing."""
        self._undo = []
        try:
            yield
        except BaseException:
            for step in reversed(self._undo):
                step()
            raise
        finally:
            self._undo = None

    def put_node(self, kind: str, id: int, props: Props | None) -> None:
        """Set all of a node's properties, or remove the node. Raises Conflict."""
        before = self.nodes.get((kind, id))
        after = None if props is None else {k: v for k, v in props.items() if v is not None}
        self._check_keys(kind, id, after or {})
        self._set_node(kind, id, after)
        self._remember(lambda: self._set_node(kind, id, before))

    def put_edges(self, edge: str, a: int, b: int, rows: tuple[Props, ...]) -> None:
        """Set all edges of one type from `a` to `b`."""
        before = self.edges.get((edge, a, b), ())
        self._set_edges(edge, a, b, rows)
        self._remember(lambda: self._set_edges(edge, a, b, before))

    def put_count(self, kind: str, id: int, counter: str, value: int) -> None:
        before = self.counters.get((kind, id, counter), 0)
        self.counters[kind, id, counter] = value
        self._remember(lambda: self.counters.__setitem__((kind, id, counter), before))

    def put_part(self, key: str, part: Part | None) -> None:
        before = self.parts.get(key)
        self._set_part(key, part)
        self._remember(lambda: self._set_part(key, before))

    def _set_part(self, key: str, part: Part | None) -> None:
        if part is None:
            self.parts.pop(key, None)
        else:
            self.parts[key] = part

    def put_event(self, event: Event) -> None:
        self.waiting[event.id] = event
        self._remember(lambda: self.waiting.pop(event.id, None))

    def _remember(self, undo: Callable[[], object]) -> None:
        if self._undo is not None:
            self._undo.append(lambda: void(undo()))

    def _check_keys(self, kind: str, id: int, props: Props) -> None:
        for name in unique_properties(kind):
            if name in props and self.taken.get((kind, name, props[name]), id) != id:
                raise Conflict(f"{name} is taken", field=name)

    def _set_node(self, kind: str, id: int, props: Props | None) -> None:
        old = self.nodes.pop((kind, id), {})
        for name in unique_properties(kind):
            if name in old:
                del self.taken[kind, name, old[name]]
        if props is None:
            return
        self.nodes[kind, id] = props
        for name in unique_properties(kind):
            if name in props:
                self.taken[kind, name, props[name]] = id

    def _set_edges(self, edge: str, a: int, b: int, rows: tuple[Props, ...]) -> None:
        if rows:
            self.edges[edge, a, b] = rows
            self.targets[edge, a].add(b)
            self.sources[edge, b].add(a)
        else:
            self.edges.pop((edge, a, b), None)
            self.targets[edge, a].discard(b)
            self.sources[edge, b].discard(a)


def void(_: object) -> None:
    return None


def unique_properties(kind: str) -> tuple[str, ...]:
    return tuple(prop.name for prop in NODE[kind].properties if prop.unique)
