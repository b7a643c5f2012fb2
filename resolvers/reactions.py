"""What people did with a post: the viewer, and those whom the viewer may find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from graph.records import Ids, Person, Position, PostCard
from graph.visibility import Decision, Mask, contains, listed_mask
from resolvers.cursors import Binding
from resolvers.gather import Once
from resolvers.links import latest
from resolvers.mutual import common, nobody_asks
from resolvers.pages import Listing, Window, empty, living
from resolvers.walks import LinksWalk

if TYPE_CHECKING:
    from resolvers.context import Context

ANYBODY = Decision(True, "PUBLIC", "Whoever sees a post sees who likes it.")


async def load_done(context: Context, name: str, posts: Sequence[int]) -> Sequence[bool]:
    """Which of these posts stand in the viewer's own list of this name."""
    if context.viewer.id is None:
        return [False] * len(posts)
    (mine,) = await context.reader.sets(name, [context.viewer.id])
    return _among(mine, posts)


async def load_shared(context: Context, posts: Sequence[int]) -> Sequence[bool]:
    """Which of these posts the viewer plainly shares."""
    if context.viewer.id is None:
        return [False] * len(posts)
    return _among(await context.reader.shared(context.viewer.id), posts)


def _among(mine: Ids, posts: Sequence[int]) -> Sequence[bool]:
    found: Sequence[bool] = contains(mine, np.array(posts, np.int64)).tolist()
    return found


def liked_by(context: Context, post: PostCard, window: Window) -> Listing[Position, Person]:
    """Whoever likes a post, newest first. The count is the public number."""

    async def rule(ids: Ids) -> Mask:
        return listed_mask(context.viewer, ids, await context.reader.flags(ids))

    async def total() -> int:
        return (await context.batches.post_counts.get(post.id))["likes"]

    walk = LinksWalk(context.reader, "liked_by", post.id, rule)
    binding = Binding("likedBy", post.id, context.viewer.id)
    return latest(context, binding, window, living(context), walk, Once(total))


def liked_by_followed(context: Context, post: PostCard, window: Window) -> Listing[int, Person]:
    """Whoever the viewer follows and likes a post, by id."""
    viewer = context.viewer
    if viewer.id is None:
        return empty(nobody_asks(context))
    binding = Binding("likedBy", post.id, viewer.id, "followed")

    async def both() -> Ids:
        ids = await context.reader.linked("liked_by", post.id, viewer.following)
        return ids[listed_mask(viewer, ids, await context.reader.flags(ids))]

    async def rule() -> Decision:
        return ANYBODY

    return common(context, binding, window, both, rule)
