"""Is a timeline what the graph says? For the doctor: looking builds none, and keeps none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from graph.declaring import Flag
from graph.records import Ids, Posted
from graph.store import Store
from graph.timelines.packing import newer_part
from graph.timelines.timelines import Timeline, Timelines

# Whoever was followed about when a timeline was built is read apart: see the feed's sources.
ABOUT_MS = 120_000
# What is younger may be on its way.
UNDERWAY_MS = 60_000


async def unsound(
    store: Store, timelines: Timelines, people: Sequence[int], now: int
) -> Mapping[int, str]:
    """What is wrong, by person."""
    found = {}
    for person in people:
        timeline = await timelines.peek(person)
        if timeline is not None and (wrong := await _wrong(store, person, timeline, now)):
            found[person] = wrong
    return found


async def _wrong(store: Store, person: int, timeline: Timeline, now: int) -> str | None:
    kept = newer_part(timeline.posted, timeline.floor)
    cards = await store.posts(kept.ids.tolist())
    for card, at, author in zip(cards, kept.at.tolist(), kept.authors.tolist(), strict=True):
        if card is not None and not card.gone and (card.author, card.created_at) != (author, at):
            return f"post_{card.id} stands there as another's, or of another time"
    truth = await _should_be_there(store, person, timeline)
    old = truth.ids[truth.at < now - UNDERWAY_MS]
    missing = np.setdiff1d(old, kept.ids)
    return f"{len(missing)} posts are missing" if len(missing) else None


async def _should_be_there(store: Store, person: int, timeline: Timeline) -> Posted:
    """Posts of those who are pushed, and were followed when it was built."""
    (following,) = await store.neighbours("following", [person])
    followed = following.ids[following.at < timeline.built_at - ABOUT_MS]
    authors = await _pushed(store, followed)
    return await store.posts_of(authors, 1 << 20, after=timeline.floor)


async def _pushed(store: Store, people: Ids) -> list[int]:
    found = await store.people(people.tolist())
    return [one.id for one in found if one is not None and not one.flags & Flag.CELEBRITY]
