"""Lists whose order moves: the best entries are frozen when a cursor is asked for.

A later page takes its order from the snapshot and everything else from now: what the viewer may
no longer see, or what is no longer so, is passed over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph.records import Ids
from graph.visibility import Mask
from resolvers.cursors import Binding, Frozen
from resolvers.gather import Once
from resolvers.pages import Hydrate, Item, Listing, Page, V, Window, turn_to
from resolvers.walks import FrozenWalk

if TYPE_CHECKING:
    from resolvers.context import Context

SNAPSHOT_SIZE = 500


@dataclass(frozen=True, slots=True)
class Ranking:
    best: Callable[[], Awaitable[Ids]]  # at most SNAPSHOT_SIZE, best first
    still: Callable[[Ids], Awaitable[Mask]]  # which of a snapshot's ids are in the list today


def ranked(
    context: Context,
    binding: Binding,
    window: Window,
    hydrate: Hydrate[V],
    ranking: Ranking,
    total: Once[int],
    restricted: Once[str | None],
) -> Listing[int, V]:
    cursors, snapshots = context.cursors, context.snapshots
    frozen = cursors.frozen(binding, window.cursor) if window.cursor is not None else None

    async def load() -> FrozenWalk:
        if frozen is None:
            ids = await ranking.best()
            return FrozenWalk(ids, np.ones(len(ids), np.bool_))
        ids = np.asarray(await snapshots.load(frozen.key), np.int64)
        return FrozenWalk(ids, await ranking.still(ids))

    walk = Once(load)

    async def page() -> Page[int, V]:
        place = frozen.offset if frozen else None
        return await turn_to(hydrate, await walk.get(), window.size, place, window.forward)

    async def key_of() -> str:
        return frozen.key if frozen else await snapshots.save((await walk.get()).ids)

    key = Once(key_of)

    async def cursor(item: Item[int, V]) -> str:
        return cursors.seal(binding, Frozen(await key.get(), item.place))

    return Listing(Once(page), total, restricted, cursor)
