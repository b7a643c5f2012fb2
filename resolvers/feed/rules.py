"""What keeps a post out of a feed, stage by stage; `whyNot` goes through the same stages."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from graph.declaring import Flag
from graph.records import Ids, PostCard
from graph.sight import seen_by
from graph.visibility import Mask, Viewer, contains, profiles_mask
from resolvers.feed.sources import Circle

if TYPE_CHECKING:
    from resolvers.context import Context


class Stage(StrEnum):
    POLICY = "POLICY"  # the viewer may not see it
    SOURCE = "SOURCE"  # it is nobody's whom the viewer follows
    MUTED = "MUTED"
    REPLY = "REPLY"  # it answers somebody whom the viewer does not follow
    WINDOW = "WINDOW"  # ranked feeds: too old, or beyond the newest thousand
    DUPLICATE = "DUPLICATE"  # ranked feeds: an original appears once
    RANK = "RANK"  # ranked feeds: behind the best five hundred


@dataclass(frozen=True, slots=True)
class Shown:
    """A post that the rules let through, with what it answers or shares where that is seen."""

    card: PostCard
    parent: PostCard | None = None
    original: PostCard | None = None

    @property
    def content(self) -> PostCard:
        """What there is to read: of a plain share, the original."""
        return self.original if self.card.is_plain_share and self.original else self.card


async def open_authors(context: Context, circle: Circle, authors: Ids) -> Mask:
    """Before any card is read: by those the viewer follows today, not muted, their profile open."""
    flags = await context.reader.flags(authors)
    open_: Mask = profiles_mask(context.viewer, authors, flags)
    return open_ & contains(circle.authors, authors)


async def shown(
    context: Context, circle: Circle, ids: Sequence[int], authors: Ids | None = None
) -> list[Shown | None]:
    """In order, None for what a rule keeps out; of posts by open authors.

    `authors` are theirs, where the posts are about to be shown.
    """
    reader = context.reader
    if authors is None:
        cards = await reader.posts(ids)
    else:
        # Whoever shows a page asks for the rest of it next: together they are one trip.
        cards, _, _ = await asyncio.gather(
            reader.posts(ids), reader.post_counts(ids), reader.people(np.unique(authors).tolist())
        )
    there = [card for card in cards if card is not None and not card.gone]
    others = await related(context, there)
    seen = await seen_by(reader, context.viewer, there)
    heard = await answers_mask(context, circle, there, others)
    kept = {
        card.id: as_shown(card, others)
        for card, keep in zip(there, seen & heard, strict=True)
        if keep
    }
    return [kept.get(id) for id in ids]


@dataclass(frozen=True, slots=True)
class Related:
    """Cards of what posts answer and share; who wrote them counts also where they are hidden."""

    cards: dict[int, PostCard]
    seen: frozenset[int]  # which of them the viewer may see

    def of(self, id: int | None) -> PostCard | None:
        return self.cards.get(id) if id is not None and id in self.seen else None


async def related(context: Context, cards: Sequence[PostCard]) -> Related:
    wanted = {id for card in cards for id in (card.reply_to, card.shares) if id is not None}
    if not wanted:
        return Related({}, frozenset())
    found = [card for card in await context.reader.posts(sorted(wanted)) if card is not None]
    seen = await seen_by(context.reader, context.viewer, found)
    return Related(
        {card.id: card for card in found},
        frozenset(card.id for card, one in zip(found, seen, strict=True) if one),
    )


async def answers_mask(
    context: Context, circle: Circle, cards: Sequence[PostCard], others: Related
) -> Mask:
    """What is no reply, or one to the viewer or to somebody the viewer follows too."""
    parents = np.array(
        [
            0 if card.reply_to is None else _author(others.cards.get(card.reply_to))
            for card in cards
        ],
        np.int64,
    )
    replies = np.fromiter((card.reply_to is not None for card in cards), np.bool_, len(cards))
    if not replies.any():
        return ~replies
    flags = await context.reader.flags(parents)
    followed = contains(circle.following, parents) & ((flags & int(Flag.GONE)) == 0)
    heard: Mask = ~replies | followed | (parents == circle.viewer)
    return heard


def _author(card: PostCard | None) -> int:
    return 0 if card is None else card.author


def as_shown(card: PostCard, others: Related) -> Shown:
    return Shown(card, others.of(card.reply_to), others.of(card.shares))


def follows(viewer: Viewer, author: int) -> bool:
    return bool(contains(viewer.following, np.array([author], np.int64))[0])
