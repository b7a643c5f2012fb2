"""Where a feed comes from: the timeline, and whoever is read instead of pushed.

Read, besides the timeline: oneself, celebrities, and whom one follows since the timeline was
built (what they posted before was pushed to others only). So a follow shows at once, and nothing
has to be copied when it is made.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from graph.declaring import Flag
from graph.errors import DeadlineExceeded, Unavailable
from graph.records import Ids, Links, Position, Posted
from graph.timelines.packing import (
    BEFORE_ALL,
    newer_part,
    nothing_posted,
    together,
)
from graph.timelines.timelines import Lease, Timeline
from graph.visibility import contains
from resolvers.batches import access_viewer

if TYPE_CHECKING:
    from resolvers.context import Context

AWAY = (Unavailable, DeadlineExceeded)

# Clocks of two processes differ by less.
SKEW_MS = 60_000
# Whom one follows newly is read on its own; when it is more, building anew is cheaper.
YOUNG = 64
# Of each who is read, so many posts at least; the graph is asked for older ones.
HEAD = 100
# Read from the graph where nothing is to be kept.
UNKEPT = 200
# The graph looks ids up in lists: beyond this it is asked twice.
AUTHORS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Circle:
    """Whose posts belong into the viewer's feed today. Sets are ascending."""

    viewer: int
    following: Ids
    muted: Ids
    authors: Ids  # oneself and whom one follows, the muted left out


@dataclass(frozen=True, slots=True)
class Sources:
    circle: Circle
    recent: Posted  # newest first: everything newer than `floor`
    floor: Position  # from here on the graph is asked
    complete: bool = True  # False where something could not be had


@dataclass(frozen=True, slots=True)
class _Part:
    posted: Posted
    floor: Position = BEFORE_ALL


async def load_sources(context: Context) -> Sources:
    circle = await load_circle(context)
    celebrities = await _celebrities(context, circle.following)
    read = np.append(celebrities, circle.viewer)
    timeline, (heads, whole) = await asyncio.gather(
        _timeline(context, circle, celebrities), _heads(context, read)
    )
    young = await _young(context, circle, timeline.built_at)
    more, whole_too = await _heads(context, young[~np.isin(young, read)])
    parts = [_Part(timeline.posted, timeline.floor), *heads, *more]
    floor = max(part.floor for part in parts)
    recent = together([newer_part(part.posted, floor) for part in parts])
    return Sources(circle, _of(recent, circle.authors), floor, whole and whole_too)


async def load_circle(context: Context) -> Circle:
    viewer = access_viewer(context)
    mutes = await context.reader.mutes(viewer)
    muted = np.sort(mutes.ids[mutes.at > context.now()])
    following = context.viewer.following
    authors = np.union1d(following, np.array([viewer], np.int64))
    return Circle(viewer, following, muted, authors[~contains(muted, authors)])


async def older_posts(
    context: Context, authors: Ids, limit: int, before: Position | None
) -> Posted:
    """From the graph: the newest `limit` of all these people together."""
    store = context.store
    starts = range(0, len(authors), AUTHORS_AT_ONCE)
    chunks = [authors[at : at + AUTHORS_AT_ONCE].tolist() for at in starts]
    parts = await asyncio.gather(*(store.posts_of(chunk, limit, before) for chunk in chunks))
    return first(together(parts), limit)


def first(posted: Posted, count: int) -> Posted:
    return Posted(posted.ids[:count], posted.at[:count], posted.authors[:count])


def last_place(posted: Posted) -> Position:
    return Position(int(posted.at[-1]), int(posted.ids[-1]))


async def _timeline(context: Context, circle: Circle, celebrities: Ids) -> Timeline:
    """To be trusted, or read from the graph, and kept where it may be."""
    timelines = context.feeds.timelines
    found = await timelines.read(circle.viewer)
    if isinstance(found, Timeline):
        if len(await _young(context, circle, found.built_at)) <= YOUNG:
            return found
        await timelines.drop(circle.viewer)
        found = await timelines.read(circle.viewer)
    ordinary = circle.following[~contains(celebrities, circle.following)]
    limit = timelines.longest if isinstance(found, Lease) else UNKEPT
    began_at = found.began_at if isinstance(found, Lease) else context.now()
    posted = await older_posts(context, ordinary, limit, None)
    floor = BEFORE_ALL if len(posted) < limit else last_place(posted)
    if isinstance(found, Lease):
        await timelines.fill(found, posted, floor)
    return found if isinstance(found, Timeline) else Timeline(posted, floor, began_at)


async def _celebrities(context: Context, following: Ids) -> Ids:
    flags = await context.reader.flags(following)
    known: Ids = following[(flags & int(Flag.CELEBRITY)) != 0]
    return known


async def _young(context: Context, circle: Circle, since: int) -> Ids:
    """Whom the viewer follows since about then; newest first."""
    found = [np.empty(0, np.int64)]
    async with aclosing(pieces_of(context, "following", circle.viewer)) as pieces:
        async for piece in pieces:
            young = piece.ids[piece.at >= since - SKEW_MS]
            found.append(young)
            if len(young) < len(piece):
                break
    return np.concatenate(found)


async def _heads(context: Context, authors: Ids) -> tuple[list[_Part], bool]:
    """The newest posts of each, and whether everybody's could be had."""
    found = await asyncio.gather(
        *(_head(context, author) for author in authors.tolist()), return_exceptions=True
    )
    for outcome in found:
        if isinstance(outcome, BaseException) and not isinstance(outcome, AWAY):
            raise outcome
    parts = [outcome for outcome in found if isinstance(outcome, _Part)]
    return parts, len(parts) == len(found)


async def _head(context: Context, author: int) -> _Part:
    pieces_: list[Links] = []
    count = 0
    async with aclosing(pieces_of(context, "posts", author)) as pieces:
        async for piece in pieces:
            pieces_.append(piece)
            count += len(piece)
            if count >= HEAD:
                return _Part(_posted(pieces_, author), _last(piece))
    return _Part(_posted(pieces_, author))


def _posted(pieces: Sequence[Links], author: int) -> Posted:
    if not pieces:
        return nothing_posted()
    ids = np.concatenate([piece.ids for piece in pieces])
    at = np.concatenate([piece.at for piece in pieces])
    return Posted(ids, at, np.full(len(ids), author, np.int64))


def _last(piece: Links) -> Position:
    return Position(int(piece.at[-1]), int(piece.ids[-1]))


def _of(posted: Posted, authors: Ids) -> Posted:
    keep = contains(authors, posted.authors)
    return Posted(posted.ids[keep], posted.at[keep], posted.authors[keep])


def pieces_of(context: Context, name: str, owner: int) -> AsyncGenerator[Links, None]:
    return cast("AsyncGenerator[Links, None]", context.reader.pieces(name, owner))
