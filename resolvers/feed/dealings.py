"""How often the viewer lately had to do with whom: likes, replies, shares and quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING

from graph.records import PostCard
from graph.sight import seen_by
from resolvers.feed.sources import pieces_of

if TYPE_CHECKING:
    from resolvers.context import Context

LIKES_WEIGHED = 200
POSTS_WEIGHED = 100


async def load_dealings(context: Context, viewer: int) -> Mapping[int, int]:
    """The viewer's own doings only, with posts that the viewer may still see; by author."""
    liked = (await context.reader.lists("likes", (viewer,)))[0][:LIKES_WEIGHED].tolist()
    own: list[int] = []
    async with aclosing(pieces_of(context, "posts", viewer)) as pieces:
        async for piece in pieces:
            own += piece.ids.tolist()
            if len(own) >= POSTS_WEIGHED:
                break
    mine = await context.reader.posts(own[:POSTS_WEIGHED])
    others = [id for card in mine if card for id in (card.reply_to, card.shares) if id is not None]
    found = await context.reader.posts([*liked, *others])
    cards = [card for card in found if card is not None]
    seen = await seen_by(context.reader, context.viewer, cards)
    return Counter(_authors(cards, seen.tolist(), viewer))


def _authors(cards: list[PostCard], seen: list[bool], viewer: int) -> list[int]:
    return [
        card.author for card, one in zip(cards, seen, strict=True) if one and card.author != viewer
    ]
