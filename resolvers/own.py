"""Lists that only their owner sees: requests, blocks and mutes."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph.actions import is_muting
from graph.records import Ids, Person, Position
from graph.visibility import Mask, cards_mask, listed_mask
from resolvers.cursors import Binding
from resolvers.gather import Once
from resolvers.links import latest
from resolvers.pages import Listing, Window, empty, living
from resolvers.walks import LinksWalk

if TYPE_CHECKING:
    from resolvers.context import Context

OWNER_ONLY = "OWNER_ONLY"


def own_list(
    context: Context, person: Person, name: str, window: Window
) -> Listing[Position, Person]:
    """A list of the registry that is nobody else's business."""
    if context.viewer.id != person.id:
        return empty(OWNER_ONLY)
    walk = LinksWalk(context.reader, name, person.id, OwnRule(context, name))

    async def total() -> int:
        count = 0
        async with aclosing(walk.visible()) as pieces:
            async for ids, _ in pieces:
                count += len(ids)
        return count

    binding = Binding(name, person.id, person.id)
    return latest(context, binding, window, living(context), walk, Once(total))


@dataclass(frozen=True, slots=True)
class OwnRule:
    context: Context
    name: str

    async def __call__(self, ids: Ids) -> Mask:
        viewer, flags = self.context.viewer, await self.context.reader.flags(ids)
        # Whom one blocked is found here, and in no other list.
        if self.name == "blocking":
            return cards_mask(viewer, ids, flags)
        mask = listed_mask(viewer, ids, flags)
        return mask & await muted_now(self.context, ids) if self.name == "muting" else mask


async def muted_now(context: Context, ids: Ids) -> Mask:
    """Which of the muted are still muted: some mutes end by themselves."""
    pairs = await context.batches.pairs.many(ids.tolist())
    now = context.now()
    return np.fromiter((is_muting(pair.out.get("MUTES"), now) for pair in pairs), np.bool_)
