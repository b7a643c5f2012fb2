"""What algorithms found: staged apart, published all at once, with what stood before kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graph.errors import Conflict, NotFound
from graph.stores.memory.state import State
from graph.upkeep import Published

Values = Mapping[int, float | int]


@dataclass(slots=True)
class Finding:
    last: int = 0
    staging: int | None = None
    staged: dict[int, float | int] = field(default_factory=dict)
    now: tuple[int | None, Values, str | None] = (None, {}, None)
    before: tuple[int | None, Values, str | None] = (None, {}, None)


def begin(found: Finding) -> int:
    found.last += 1
    found.staging, found.staged = found.last, {}
    return found.last


def stage(found: Finding, version: int, rows: Sequence[tuple[int, float | int]]) -> None:
    _check(found, version)
    found.staged.update(rows)


def publish(
    state: State, kind: str, name: str, found: Finding, version: int, about: str
) -> Published:
    _check(found, version)
    values = {id: value for id, value in found.staged.items() if (kind, id) in state.nodes}
    found.before, found.now = found.now, (version, values, about)
    found.staging, found.staged = None, {}
    return _shown(state, kind, name, found)


def restore(state: State, kind: str, name: str, found: Finding) -> Published:
    if found.now[0] is None and found.before[0] is None:
        raise NotFound(f"Nothing was ever written to {kind}.{name}.")
    found.before, found.now = found.now, found.before
    return _shown(state, kind, name, found)


def _check(found: Finding, version: int) -> None:
    if found.staging != version:
        raise Conflict("Another run is writing this property.", field="version")


def _shown(state: State, kind: str, name: str, found: Finding) -> Published:
    """Where everybody reads it: on the nodes."""
    version, values, about = found.now
    with state.transaction():
        for label, id in list(state.nodes):
            if label == kind:
                props = {key: one for key, one in state.nodes[label, id].items() if key != name}
                if id in values:
                    props[name] = values[id]
                state.put_node(label, id, props)
    return Published(version, len(values), about)
