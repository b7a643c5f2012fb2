"""How near the viewer is to others, along friendships that the viewer may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from algorithms.links import intersect
from graph.visibility import has
from resolvers.network import friends_of, reach_of

if TYPE_CHECKING:
    from resolvers.context import Context


async def mutual_counts(context: Context, viewer: int, others: Sequence[int]) -> list[int]:
    mine, *theirs = await friends_of(context, [viewer, *others])
    return [len(intersect(mine, one)) for one in theirs]


async def distances(context: Context, viewer: int, others: Sequence[int]) -> list[int | None]:
    """0 for oneself, 1 to 3, None where it is further or not to be known."""
    mine, *theirs = await friends_of(context, [viewer, *others])
    found: list[int | None] = []
    for other, friends in zip(others, theirs, strict=True):
        if other == viewer:
            found.append(0)
        elif has(mine, other):
            found.append(1)
        else:
            found.append(2 if len(intersect(mine, friends)) else None)
    # Two steps from the viewer are counted out only for those who are further away than that.
    far = [at for at, steps in enumerate(found) if steps is None and len(theirs[at])]
    if far:
        near = (await reach_of(context, viewer)).ids
        for at in far:
            found[at] = 3 if len(intersect(near, theirs[at])) else None
    return found
