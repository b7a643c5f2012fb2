"""Whom somebody muted, and until when: a list whose times are the ends of its entries."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np

from graph.records import Ids, Links, Position, no_links
from graph.store import Store

# Beyond every end there could be.
NEVER = 1 << 46
PAGE = 1_000
PAIRS_A_TRIP = 100  # the port's own limit


async def load_mutes(store: Store, owners: Sequence[int]) -> list[Links]:
    """The latest end first."""
    return list(await asyncio.gather(*(_mutes_of(store, owner) for owner in owners)))


async def _mutes_of(store: Store, owner: int) -> Links:
    muted = await _muted(store, owner)
    if not len(muted):
        return no_links()
    chunks = [muted[at : at + PAIRS_A_TRIP].tolist() for at in range(0, len(muted), PAIRS_A_TRIP)]
    pairs = await asyncio.gather(*(store.pairs(owner, chunk) for chunk in chunks))
    mutes = [pair.out.get("MUTES") for chunk in pairs for pair in chunk]
    # Unmuted between the two questions: ended before now.
    until = np.array([0 if mute is None else mute.get("until") or NEVER for mute in mutes])
    order = np.lexsort((-muted, -until))
    return Links(muted[order], until[order])


async def _muted(store: Store, owner: int) -> Ids:
    found: list[Ids] = [np.empty(0, np.int64)]
    after: Position | None = None
    while True:
        page = await store.neighbours_page("muting", owner, PAGE, after=after)
        found.append(page.ids)
        if len(page) < PAGE:
            return np.concatenate(found)
        after = Position(int(page.at[-1]), int(page.ids[-1]))
