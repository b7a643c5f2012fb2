"""Taking a post back: gone from every answer at once; what people did with it goes in steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from graph.actions.access import access_self
from graph.actions.moment import Moment
from graph.actions.post_edges import unlinked
from graph.actions.post_events import times, told_of_post
from graph.actions.writer import Writer, Written
from graph.adjacency.touched import Touched, touched
from graph.changes import Emit, Event, Name, Op, Ops, Put, Unlink
from graph.errors import Forbidden
from graph.events.kinds import Kind
from graph.records import Person, PostCard, Ties
from graph.sight import HIGHEST_POST, access_posts, no_post
from graph.store import Removed

# What a deleted post no longer says. Who wrote it is kept: replies may remain.
FORGOTTEN = dict.fromkeys(
    ("text", "media", "edits", "editedAt", "shareKey", "externalId", "source", "externalKey")
)


async def delete_post(writer: Writer, person: int, post: int) -> Written:
    card = await access_own(writer, person, post)
    others = [id for id in (card.reply_to, card.shares) if id is not None]
    parents = await writer.store.posts(others)
    decide = partial(
        decide_delete,
        parents={one.id: one for one in parents if one is not None},
        erasing=await writer.ids.new(),
    )
    _, ops = await writer.posts(person, [post], decide)
    return Written(await writer.committed(ops), post)


async def access_own(writer: Writer, person: int, post: int) -> PostCard:
    """This person's post, from the graph itself, gone ones too.

    Somebody else's is refused; one that this person may not see is as if it were not there.
    """
    if not 0 < post <= HIGHEST_POST:
        raise no_post()
    (card,) = await writer.store.posts([post])
    if card is not None and card.author == person:
        return card
    await access_posts(writer.reader, person, [post])
    raise Forbidden("Only who wrote a post may do this.", rule="NOT_AUTHOR")


def decide_delete(
    person: Person | None,
    ties: Sequence[Ties],
    moment: Moment,
    parents: Mapping[int, PostCard],
    erasing: int,
) -> Ops:
    """`erasing` is the id of the event that has the rest erased: the first is told at once."""
    access_self(person)
    card = ties[0].post
    if card is None:
        raise no_post()
    if card.gone:
        return ()
    told = told_of_post(
        Kind.POST_DELETED,
        moment,
        card.author,
        card,
        deletion(card),
        parent=parents.get(card.reply_to or 0),
        original=parents.get(card.shares or 0),
    )
    return (*told, Emit(to_erase(card, Moment(moment.now, erasing), ())))


def deletion(card: PostCard) -> Ops:
    """All that leads away from it goes at once, so that no public number counts it any more."""
    ops: list[Op] = [Put("Post", card.id, {**FORGOTTEN, "gone": True, "author": card.author})]
    ops += unlinked("POSTED", card.author, card.id)
    if card.reply_to is not None:
        ops += unlinked("REPLIES_TO", card.id, card.reply_to)
    if card.shares is not None:
        ops += unlinked("SHARES", card.id, card.shares)
    for user in card.mentions:
        ops += unlinked("MENTIONS", card.id, user)
    if card.tags:
        ops.append(Name("TAGGED", card.id, {}))
    return tuple(ops)


def to_erase(card: PostCard, moment: Moment, ops: Ops) -> Event:
    data = {"actor": card.author, "post": card.id, "touched": touched(ops, times(card)).to_json()}
    return Event(moment.event, Kind.POST_ERASING.value, moment.now, data)


# --- the long wake, worked off by the relay


async def delete_posts_of(writer: Writer, person: int, limit: int) -> bool:
    """Takes back some posts of somebody who left. False when there are none."""
    page = await writer.store.neighbours_page("posts", person, limit)
    for post in page.ids.tolist():
        _, ops = await writer.posts(person, [post], decide_leave)
        await writer.committed(ops)
    return len(page) > 0


def decide_leave(person: Person | None, ties: Sequence[Ties], moment: Moment) -> Ops:
    card = ties[0].post
    if card is None or card.gone:
        return ()
    ops = deletion(card)
    return (*ops, Emit(to_erase(card, moment, ops)))


async def erase_post(writer: Writer, post: int, limit: int) -> bool:
    """Erases up to `limit` of what people did with a deleted post. False when nothing was left."""
    moment = await writer.moment()
    removed = await writer.store.erase_post_step(
        post, limit, lambda removed: erased_of_post(removed, moment)
    )
    if removed:
        await writer.settle(erased_of_post(removed, moment))
    else:
        forgotten = Touched(posts=frozenset({post}), post_counts=frozenset({post}))
        await writer.reader.invalidate(forgotten)
    return bool(removed)


def erased_of_post(removed: Sequence[Removed], moment: Moment) -> Event:
    ops = tuple(Unlink(edge, a, b) for edge, a, b, _ in removed)
    ended = {(edge, a, b): at for edge, a, b, at in removed if at is not None}
    data = {"actor": 0, "touched": touched(ops, ended).to_json()}
    return Event(moment.event, Kind.ERASED.value, moment.now, data)
