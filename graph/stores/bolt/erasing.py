"""The edges of a person who is gone, in bounded steps; at last what the node says.

No step reads more of a list than it removes: it may hold millions. What leads away from the person
goes first. As long as there is any, what comes back is looked for from the others; afterwards
nothing leads away any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from graph.changes import Emit
from graph.model import EDGE, counters
from graph.records import Props
from graph.store import Announce, Removed
from graph.stores.bolt.compose import compose
from graph.stores.bolt.connection import Connection, Transaction
from graph.stores.bolt.counters import owner_key, pair_lock
from graph.stores.bolt.locking import lock_all
from graph.stores.bolt.moves import move, moves_of
from graph.stores.bolt.texts import text
from graph.stores.bolt.wanted import LOCKS

Step = Transaction[list[Removed]]
BACK = {"out": "back_to", "in": "back_from"}


class Erasing:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def erase_step(self, person: int, limit: int, announce: Announce) -> list[Removed]:
        async def work(step: Step) -> list[Removed]:
            removed = await _remove_some(step, person, limit)
            if not removed:
                await _forget(step, person)
                return step.in_doubt or []
            # An attempt whose commit got no answer told of its own edges under the same event.
            removed = list(dict.fromkeys([*(step.in_doubt or []), *removed]))
            await _tell(step, announce, removed)
            return removed

        return await self._connection.transact(work)

    async def erase_post_step(self, post: int, limit: int, announce: Announce) -> list[Removed]:
        async def work(step: Step) -> list[Removed]:
            people = await step.value(text("changes/leaving_post"), post=post, limit=limit)
            removed: list[Removed] = []
            if people:
                await _lock(step, post, sorted(set(people)))
                erased = await step.value(
                    text("changes/erase_post"), post=post, people=people, limit=limit
                )
                removed = [Removed(edge, person, post, at) for edge, person, at in erased]
            if not removed:
                await _forget_post(step, post)
                return step.in_doubt or []
            removed = list(dict.fromkeys([*(step.in_doubt or []), *removed]))
            await _tell(step, announce, removed)
            return removed

        return await self._connection.transact(work)


async def _remove_some(step: Step, person: int, limit: int) -> list[Removed]:
    """Nothing only where nothing is left."""
    removed: list[Removed] = []
    for direction in BACK:
        while left := limit - len(removed):
            others = await _others(step, person, direction, left)
            if not others:
                break
            await _lock(step, person, others)
            removed += await _remove(step, person, direction, others, left)
    return removed


async def _others(step: Step, person: int, direction: str, limit: int) -> list[int]:
    statement = text(f"changes/leaving_{direction}")
    return sorted(set(await step.value(statement, person=person, limit=limit)))


async def _lock(step: Step, person: int, others: Sequence[int]) -> None:
    """All these pairs: nobody else may end one of the edges, and count it, meanwhile."""
    locks = sorted({pair_lock(person, other, LOCKS) for other in others})
    await lock_all(step, locks)


async def _remove(
    step: Step, person: int, direction: str, others: list[int], limit: int
) -> list[Removed]:
    mutual = await _mutual(step, person, direction, others)
    erased = await step.value(
        text(f"changes/erase_{direction}"), person=person, others=others, limit=limit
    )
    by_edge: dict[str, list[tuple[int, int, Props]]] = defaultdict(list)
    for name, other, props in erased:
        a, b = (person, other) if direction == "out" else (other, person)
        by_edge[name].append((a, b, props))
    for name, gone in by_edge.items():
        both = [(a, b) for a, b, _ in gone if b in mutual[name] or a in mutual[name]]
        await move(step, moves_of(EDGE[name], gone, both, -1))
    return [
        Removed(name, a, b, props.get(EDGE[name].time))
        for name, gone in by_edge.items()
        for a, b, props in gone
    ]


async def _mutual(
    step: Step, person: int, direction: str, others: list[int]
) -> dict[str, set[int]]:
    """By edge, with whom it stands both ways, as far as that makes a list."""
    mutual: dict[str, set[int]] = defaultdict(set)
    for edge in EDGE.values():
        if edge.mutual:
            statement = text(f"changes/{BACK[direction]}", edge=edge.name)
            mutual[edge.name] = set(await step.value(statement, person=person, others=others))
    return mutual


async def _tell(step: Step, announce: Announce, removed: list[Removed]) -> None:
    told = compose([Emit(announce(removed))], {}, 0)
    if told is not None:
        await step.value(told.text, **told.params)


async def _forget(step: Step, person: int) -> None:
    await lock_all(step, [pair_lock(person, person, LOCKS)])
    owners = [owner_key("User", person, name) for name in counters("User")]
    await step.value(text("changes/forget"), person=person, owners=owners)


async def _forget_post(step: Step, post: int) -> None:
    owners = [owner_key("Post", post, name) for name in counters("Post")]
    await step.value(text("changes/forget_post"), post=post, owners=owners)
