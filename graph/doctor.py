"""Looks for what must never be, says it, and repairs it. Another check is one function in `CHECKS`.

The graph is the truth: a counter is what its edges say, a cached list what the graph says. While
people act, a difference may be a change under way: only one that stays is a finding.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

import numpy as np

from graph.actions.deletion import is_suspended
from graph.adjacency.reader import Reader
from graph.adjacency.touched import Stale, Touched
from graph.doctor_posts import post_cards, post_counters, shares
from graph.events.kinds import Kind
from graph.model import LIST
from graph.patients import PAGE, Check, Finding, Look, Patient, lasting, wrong_counts
from graph.records import Ids, Links, Position
from graph.store import Store
from graph.timelines.soundness import unsound
from graph.upkeep import Doubt

# Older than this, an event was forgotten rather than just written.
LATE_MS = 60_000


async def examine(patient: Patient, only: str | None = None) -> AsyncIterator[Finding]:
    for name in CHECKS if only is None else (only,):
        async for finding in CHECKS[name](patient):
            yield finding


# --- in the graph


async def counters(patient: Patient) -> AsyncIterator[Finding]:
    """A counter is the number of its edges."""
    store = patient.store

    async def look(ids: Sequence[int]) -> dict[int, str]:
        return wrong_counts(ids, await store.counts(ids), await store.true_counts(ids))

    async for people in patient.people():
        for id, wrong in (await lasting([person.id for person in people], look)).items():

            async def repair(id: int = id) -> None:
                await store.repair_counts(id)
                await patient.reader.invalidate(Touched(counts=frozenset({id})))

            yield Finding("counters", f"user_{id}: {wrong}", repair)


async def doubled(patient: Patient) -> AsyncIterator[Finding]:
    """An edge between two nodes stands once."""
    async for people in patient.people():
        for doubt in await patient.store.doubled([person.id for person in people]):
            stale = Touched(
                lists=frozenset(
                    Stale(name, owner, None) for name in LIST for owner in (doubt.id, doubt.other)
                ),
                counts=frozenset({doubt.id, doubt.other}),
            )

            async def repair(doubt: Doubt = doubt, stale: Touched = stale) -> None:
                await patient.store.repair_doubled(doubt)
                await patient.reader.invalidate(stale)

            text = f"user_{doubt.id}: {doubt.name} to {doubt.other} stands {doubt.actual} times"
            yield Finding("doubled", text, repair)


async def erased(patient: Patient) -> AsyncIterator[Finding]:
    """Nothing is left of who deleted their profile, or it is being erased."""
    waiting = await patient.store.take_events(10_000)
    underway = {event.data["actor"] for event in waiting if event.kind == Kind.PROFILE_DELETED}
    async for people in patient.people():
        for person in people:
            if (
                not person.gone
                or person.id in underway
                or await is_suspended(patient.store, person)
            ):
                continue
            if person.username or await _has_edges(patient.store, person.id):

                async def repair(id: int = person.id) -> None:
                    while await patient.actions.delete_posts_of(id, PAGE):
                        pass
                    while await patient.actions.erase_some(id, PAGE):
                        pass

                yield Finding("erased", f"user_{person.id}: left, and is half erased", repair)


async def _has_edges(store: Store, person: int) -> bool:
    owned = [name for name, lst in LIST.items() if lst.owner == "User"]
    for name in owned:
        if len(await store.neighbours_page(name, person, 1)):
            return True
    return False


async def events(patient: Patient) -> AsyncIterator[Finding]:
    """Committed events are published soon, and none is given up."""
    backlog = await patient.store.backlog()
    if backlog.dead:
        text = f"{backlog.dead} events were given up: see `amity events list`"
        yield Finding("events", text)
    age = 0 if backlog.oldest_at is None else patient.clock() - backlog.oldest_at
    if age > LATE_MS:
        text = f"{backlog.waiting} events wait, the oldest since {age // 1000} s: is a worker up?"
        yield Finding("events", text)


async def servers(patient: Patient) -> AsyncIterator[Finding]:
    """No statement can take a server's memory from all others."""
    for text in await patient.store.shortcomings():
        yield Finding("servers", text)


async def fanout(patient: Patient) -> AsyncIterator[Finding]:
    """New posts reach timelines soon, and none was given up."""
    if patient.queue is None:
        return
    waiting = await patient.queue.waiting()
    if waiting.dead:
        yield Finding("fanout", f"{waiting.dead} posts were given up: timelines were built anew")
    age = 0 if waiting.oldest_ms is None else patient.clock() - waiting.oldest_ms
    if age > LATE_MS:
        count = waiting.small + waiting.large
        yield Finding(
            "fanout", f"{count} posts wait, the oldest since {age // 1000} s: is a worker up?"
        )


# --- between the graph and what is kept of it


async def timelines(patient: Patient) -> AsyncIterator[Finding]:
    """A timeline lacks nothing down to where it says it is whole, and holds nothing made up."""
    kept = patient.timelines
    if kept is None:
        return

    async def look(ids: Sequence[int]) -> Mapping[int, str]:
        return await unsound(patient.store, kept, ids, patient.clock())

    async for people in patient.people():
        for id, what in (await lasting([person.id for person in people], look)).items():

            async def repair(id: int = id) -> None:
                await kept.drop(id)

            yield Finding("timelines", f"user_{id}: of the timeline, {what}", repair)


async def lists(patient: Patient) -> AsyncIterator[Finding]:
    """A cached list is the graph's."""
    async for people in patient.people():
        ids = [person.id for person in people]
        for name, lst in LIST.items():
            if not lst.side.cached or lst.owner != "User":
                continue
            for id in await lasting(ids, _list_look(patient, name, huge=lst.side.huge)):
                stale = Touched(lists=frozenset({Stale(name, id, None)}))

                async def repair(stale: Touched = stale) -> None:
                    await patient.reader.invalidate(stale)

                yield Finding("lists", f"user_{id}: `{name}` differs from the graph", repair)


def _list_look(patient: Patient, name: str, *, huge: bool) -> Look:
    async def look(ids: Sequence[int]) -> Mapping[int, str]:
        if huge:
            kept = [await _pieces(patient.reader, name, id) for id in ids]
            truth = [await _pages(patient.store, name, id) for id in ids]
        else:
            kept = await patient.reader.lists(name, ids)
            truth = [links.ids for links in await patient.store.neighbours(name, ids)]
        both = zip(ids, kept, truth, strict=True)
        return {id: name for id, mine, real in both if not np.array_equal(mine, real)}

    return look


async def _pieces(reader: Reader, name: str, owner: int) -> Ids:
    return _joined([piece async for piece in reader.pieces(name, owner)])


async def _pages(store: Store, name: str, owner: int) -> Ids:
    found: list[Links] = []
    after: Position | None = None
    while len(page := await store.neighbours_page(name, owner, 10_000, after)):
        found.append(page)
        after = Position(int(page.at[-1]), int(page.ids[-1]))
    return _joined(found)


def _joined(links: Sequence[Links]) -> Ids:
    return np.concatenate([np.empty(0, np.int64), *[piece.ids for piece in links]])


async def cards(patient: Patient) -> AsyncIterator[Finding]:
    """A cached card, its flags and its counts are the graph's."""
    store, reader = patient.store, patient.reader

    async def look(ids: Sequence[int]) -> Mapping[int, str]:
        array = np.array(ids, np.int64)
        cached, truth = await reader.people(ids), await store.people(ids)
        flags = await reader.flags(array)
        counted, counts = await reader.counts(ids), await store.counts(ids)
        wrong: dict[int, str] = {}
        for at, (id, real) in enumerate(zip(ids, truth, strict=True)):
            if cached[at] != real:
                wrong[id] = "the card"
            elif real is not None and int(flags[at]) != int(real.flags):
                wrong[id] = "the flags"
            elif dict(counted[at]) != dict(counts[at]):
                wrong[id] = "the counts"
        return wrong

    async for people in patient.people():
        for id, what in (await lasting([person.id for person in people], look)).items():
            stale = Touched(people=frozenset({id}), counts=frozenset({id}))

            async def repair(stale: Touched = stale) -> None:
                await patient.reader.invalidate(stale)

            yield Finding("cards", f"user_{id}: {what} in the cache differ from the graph", repair)


CHECKS: Mapping[str, Check] = {
    "counters": counters,
    "post_counters": post_counters,
    "shares": shares,
    "doubled": doubled,
    "erased": erased,
    "servers": servers,
    "events": events,
    "fanout": fanout,
    "lists": lists,
    "cards": cards,
    "timelines": timelines,
    "post_cards": post_cards,
}
