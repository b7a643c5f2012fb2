"""What algorithms found: staged apart, published all at once, with what stood before kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graph.errors import Conflict, NotFound
from graph.stores.memory.state import Finding, State
from graph.upkeep import Published


class Findings:
    def __init__(self, ask: Callable[[], State]) -> None:
        self._ask = ask

    async def begin_result(self, kind: str, name: str) -> int:
        return _begin(_finding(self._ask(), kind, name))

    async def stage_result(
        self, kind: str, name: str, version: int, rows: Sequence[tuple[int, float | int]]
    ) -> None:
        _stage(_finding(self._ask(), kind, name), version, rows)

    async def publish_result(self, kind: str, name: str, version: int, about: str) -> Published:
        state = self._ask()
        return _publish(state, kind, name, _finding(state, kind, name), version, about)

    async def restore_result(self, kind: str, name: str) -> Published:
        state = self._ask()
        return _restore(state, kind, name, _finding(state, kind, name))

    async def results(self, kind: str, name: str, ids: Sequence[int]) -> list[float | int | None]:
        nodes = self._ask().nodes
        return [nodes.get((kind, id), {}).get(name) for id in ids]


def _finding(state: State, kind: str, name: str) -> Finding:
    return state.findings.setdefault((kind, name), Finding())


def _begin(found: Finding) -> int:
    found.last += 1
    found.staging, found.staged = found.last, {}
    return found.last


def _stage(found: Finding, version: int, rows: Sequence[tuple[int, float | int]]) -> None:
    _check(found, version)
    found.staged.update(rows)


def _publish(
    state: State, kind: str, name: str, found: Finding, version: int, about: str
) -> Published:
    _check(found, version)
    values = {id: value for id, value in found.staged.items() if (kind, id) in state.nodes}
    found.before, found.now = found.now, (version, values, about)
    found.staging, found.staged = None, {}
    return _shown(state, kind, name, found)


def _restore(state: State, kind: str, name: str, found: Finding) -> Published:
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
