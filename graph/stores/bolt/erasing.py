"""The edges of a person who is gone, in bounded steps; at last what the node says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from graph.changes import Emit
from graph.declaring import Edge
from graph.model import EDGE, counters
from graph.store import Announce, Removed
from graph.stores.bolt.compose import compose
from graph.stores.bolt.connection import Connection, Transaction
from graph.stores.bolt.counters import owner_key, pair_lock
from graph.stores.bolt.moves import move, moves_of
from graph.stores.bolt.texts import text
from graph.stores.bolt.wanted import LOCKS

Step = Transaction[list[Removed]]
Ends = list[list[int]]  # source, target, how often


class Erasing:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def erase_step(self, person: int, limit: int, announce: Announce) -> list[Removed]:
        async def work(step: Step) -> list[Removed]:
            found = await step.value(text("changes/edges_of"), person=person, limit=limit)
            await _lock(step, person, found)
            if not found:
                await _forget(step, person)
                return step.in_doubt or []
            removed: list[Removed] = []
            for name, ends in _by_edge(found).items():
                removed += await _remove(step, EDGE[name], ends)
            # An attempt whose commit got no answer told of its own edges under the same event.
            removed = list(dict.fromkeys([*(step.in_doubt or []), *removed]))
            if removed:
                await _tell(step, announce, removed)
            return removed

        return await self._connection.transact(work)


def _by_edge(found: Sequence[tuple[str, int, int]]) -> dict[str, Ends]:
    grouped: dict[str, Ends] = defaultdict(list)
    for (name, a, b), times in Counter((name, a, b) for name, a, b in found).items():
        grouped[name].append([a, b, times])
    return grouped


async def _lock(step: Step, person: int, found: Sequence[tuple[str, int, int]]) -> None:
    """All these pairs: nobody else may end one of the edges, and count it, meanwhile."""
    locks = {pair_lock(a, b, LOCKS) for _, a, b in found} or {pair_lock(person, person, LOCKS)}
    await step.value(text("changes/lock_all"), locks=sorted(locks))


async def _remove(step: Step, edge: Edge, ends: Ends) -> list[Removed]:
    mutual: list[tuple[int, int]] = []
    if edge.mutual:
        both_ways = text("changes/both_ways", source=edge.source, edge=edge.name)
        mutual = [(a, b) for a, b, _ in await step.value(both_ways, rows=ends)]
    statement = text(
        "changes/erase",
        source=edge.source,
        edge=edge.name,
        target=edge.target,
        time=edge.time,
    )
    erased = await step.value(statement, rows=ends)
    await move(step, moves_of(edge, [(a, b) for a, b, _ in erased], mutual, -1))
    return [Removed(edge.name, a, b, at) for a, b, at in erased]


async def _tell(step: Step, announce: Announce, removed: list[Removed]) -> None:
    told = compose([Emit(announce(removed))], {}, 0)
    if told is not None:
        await step.value(told.text, **told.params)


async def _forget(step: Step, person: int) -> None:
    owners = [owner_key("User", person, name) for name in counters("User")]
    await step.value(text("changes/forget"), person=person, owners=owners)
