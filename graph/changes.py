"""What a change is made of. An action decides on operations, a store writes them in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.records import Props


@dataclass(frozen=True, slots=True)
class Link:
    """Create this edge. Whoever decides has seen, under the lock, that it is not there."""

    edge: str
    a: int
    b: int
    props: Props


@dataclass(frozen=True, slots=True)
class Unlink:
    """Remove this edge; with `ended`, leave the registry's history edge behind."""

    edge: str
    a: int
    b: int
    ended: int | None = None


@dataclass(frozen=True, slots=True)
class Relink:
    """Set properties of an edge that is there."""

    edge: str
    a: int
    b: int
    props: Props


@dataclass(frozen=True, slots=True)
class Count:
    """Move one counter; `by` (the other end's id) chooses the shard of a celebrity's counter."""

    kind: str
    id: int
    counter: str
    delta: int
    by: int = 0


@dataclass(frozen=True, slots=True)
class Put:
    """Set properties of a node (None removes one). Property names are the registry's."""

    kind: str
    id: int
    props: Props


@dataclass(frozen=True, slots=True)
class Append:
    """Add one more string to a node's property of type `strings`."""

    kind: str
    id: int
    property: str
    value: str


@dataclass(frozen=True, slots=True)
class Create:
    """Create a node. Raises Conflict (field=…) when a unique key is taken."""

    kind: str
    id: int
    props: Props


@dataclass(frozen=True, slots=True)
class Name:
    """Make `edge` lead from `a` to exactly these named nodes (tags, places), creating them.

    `names` maps the unique key of the target (`Tag.name`, `Place.key`) to the id it gets if new.
    """

    edge: str
    a: int
    names: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Event:
    """One committed change, queued in the graph until it was published."""

    id: int
    kind: str
    at: int
    data: Mapping[str, Any]  # JSON


@dataclass(frozen=True, slots=True)
class Emit:
    event: Event


Op = Link | Unlink | Relink | Count | Put | Append | Create | Name | Emit
Ops = tuple[Op, ...]
