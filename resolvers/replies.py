"""Replies to a post, one level: newest first, oldest first, or the best."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from algorithms.votes import best_first
from graph.records import Ids, Position, PostCard
from graph.visibility import Mask
from resolvers.cursors import Binding
from resolvers.gather import Once
from resolvers.links import latest
from resolvers.pages import Listing, Step, Window, always
from resolvers.posts import PostsWalk
from resolvers.ranked import SNAPSHOT_SIZE, Ranking, ranked
from resolvers.walks import entries_from

if TYPE_CHECKING:
    from resolvers.context import Context

# The newest of these are weighed: a thread may have a million.
BEST_AMONG = 2_000


class ReplyOrder(Enum):
    LATEST = "LATEST"
    OLDEST = "OLDEST"
    BEST = "BEST"


def replies(
    context: Context, post: PostCard, window: Window, order: ReplyOrder | None
) -> Listing[Any, PostCard]:
    """As far as the viewer may see them. The count is the public number."""
    order = order or ReplyOrder.LATEST

    async def count() -> int:
        return (await context.batches.post_counts.get(post.id))["replies"]

    total, hydrate = Once(count), context.batches.posts.many
    binding = Binding("replies", post.id, context.viewer.id, order.value)
    walk = PostsWalk(context, "replies", post.id)
    match order:
        case ReplyOrder.LATEST:
            return latest(context, binding, window, hydrate, walk, total)
        case ReplyOrder.OLDEST:
            return latest(context, binding, window, hydrate, Reversed(walk), total)
        case ReplyOrder.BEST:
            ranking = by_votes(context, post.id)
            return ranked(context, binding, window, hydrate, ranking, total, always(None))


@dataclass(frozen=True, slots=True)
class Reversed:
    """A walk from the other end."""

    walk: PostsWalk

    async def take(
        self, count: int, beyond: Position | None, forward: bool
    ) -> list[Step[Position]]:
        return await self.walk.take(count, beyond, not forward)


def by_votes(context: Context, post: int) -> Ranking:
    """By the Wilson lower bound of their votes, ties newest first."""

    async def best() -> Ids:
        ids = await newest(context, post)
        counts = await context.batches.post_counts.many(ids)
        ups = np.fromiter((count["ups"] for count in counts), np.int64, len(ids))
        downs = np.fromiter((count["downs"] for count in counts), np.int64, len(ids))
        return np.array(ids, np.int64)[best_first(ups, downs)[:SNAPSHOT_SIZE]]

    async def still(ids: Ids) -> Mask:
        found = await context.batches.posts.many(ids.tolist())
        return np.fromiter((one is not None and one.reply_to == post for one in found), np.bool_)

    return Ranking(best, still)


async def newest(context: Context, post: int) -> list[int]:
    """The newest replies that the viewer may see."""
    found: list[int] = []
    async with aclosing(entries_from(context.reader, "replies", post, None, True)) as pieces:
        async for ids, _ in pieces:
            seen: Sequence[PostCard | None] = await context.batches.posts.many(ids)
            found += [one.id for one in seen if one is not None]
            if len(found) >= BEST_AMONG:
                break
    return found[:BEST_AMONG]
