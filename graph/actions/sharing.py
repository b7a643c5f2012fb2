"""Sharing a post as it is, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence

from graph.actions.access import access_self
from graph.actions.moment import Moment
from graph.actions.post_deletion import delete_post
from graph.actions.posts import create_post
from graph.actions.reactions import there
from graph.actions.writer import Writer, Written
from graph.changes import Ops
from graph.records import Person, Ties
from graph.sight import access_posts


async def share(
    writer: Writer, person: int, post: int, text: str | None, key: str | None
) -> Written:
    """A plain share, of which there is one; with words, a quote. The share itself is answered."""
    return await create_post(writer, person, {"shares": post, "text": text}, key)


async def unshare(writer: Writer, person: int, post: int) -> Written:
    """Takes one's plain share of this post back; the post itself is answered."""
    (card,) = await access_posts(writer.reader, person, [post])
    if card.is_plain_share and card.shares is not None:
        (card,) = await access_posts(writer.reader, person, [card.shares])
    ties, _ = await writer.posts(person, [card.id], decide_nothing)
    if ties[0].share is None:
        return Written(await writer.committed(()), card.id)
    done = await delete_post(writer, person, ties[0].share)
    return Written(done.epoch, card.id)


def decide_nothing(person: Person | None, ties: Sequence[Ties], moment: Moment) -> Ops:
    access_self(person)
    there(ties[0])
    return ()
