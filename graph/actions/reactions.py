"""What a person does with a post: like, save, vote, view. Each is one edge, or one mark a day."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from graph.actions.access import access_self
from graph.actions.activity import DAY_MS
from graph.actions.moment import Moment
from graph.actions.post_edges import linked, unlinked
from graph.actions.post_events import told_of_post
from graph.actions.writer import Writer, Written
from graph.adjacency.touched import Touched
from graph.changes import Count, Event, Op, Ops, Relink
from graph.errors import BadInput
from graph.events.kinds import Kind
from graph.model import EDGE
from graph.records import Person, PostCard, Ties
from graph.sight import access_posts, no_post, seen_among

VIEWS_AT_ONCE = 100
COMES = {"LIKED": Kind.LIKED, "SAVED": Kind.SAVED}
GOES = {"LIKED": Kind.UNLIKED, "SAVED": Kind.UNSAVED}


async def react(writer: Writer, person: int, post: int, edge: str, *, wanted: bool) -> Written:
    """Make this edge stand, or end it."""
    await access_posts(writer.reader, person, [post])
    decide = partial(decide_react, edge=edge, wanted=wanted)
    _, ops = await writer.posts(person, [post], decide)
    return Written(await writer.committed(ops), post)


def decide_react(
    person: Person | None, ties: Sequence[Ties], moment: Moment, edge: str, wanted: bool
) -> Ops:
    me, card, standing = access_self(person), there(ties[0]), ties[0].edges.get(edge)
    if wanted is (standing is not None):
        return ()
    if wanted:
        ops = linked(edge, me.id, card.id, moment.now)
        return told_of_post(COMES[edge], moment, me.id, card, ops)
    ops = unlinked(edge, me.id, card.id, standing or {})
    ended = {(edge, me.id, card.id): (standing or {}).get(EDGE[edge].time, 0)}
    return told_of_post(GOES[edge], moment, me.id, card, ops, ended=ended)


async def vote(writer: Writer, person: int, post: int, value: int) -> Written:
    if value not in (-1, 0, 1):
        raise BadInput("A vote is -1, 0 or 1.", field="value")
    await access_posts(writer.reader, person, [post])
    _, ops = await writer.posts(person, [post], partial(decide_vote, value=value))
    return Written(await writer.committed(ops), post)


def decide_vote(person: Person | None, ties: Sequence[Ties], moment: Moment, value: int) -> Ops:
    me, card, standing = access_self(person), there(ties[0]), ties[0].edges.get("VOTED")
    before = standing["value"] if standing is not None else 0
    if before == value:
        return ()
    ops: Ops = ()
    if standing is None:
        ops = linked("VOTED", me.id, card.id, moment.now, value=value)
    elif value == 0:
        ops = unlinked("VOTED", me.id, card.id, standing)
    else:
        ops = turned(me.id, card.id, before, value)
    return told_of_post(Kind.VOTED, moment, me.id, card, ops, value=value)


def turned(person: int, post: int, before: int, value: int) -> Ops:
    """A vote the other way."""
    side = EDGE["VOTED"].into
    assert side is not None
    ops: list[Op] = [Relink("VOTED", person, post, {"value": value})]
    for said, delta in ((before, -1), (value, +1)):
        counter = side.counts({"value": said})
        if counter is not None:
            ops.append(Count("Post", post, counter, delta, by=person))
    return tuple(ops)


async def record_views(writer: Writer, person: int, ids: Sequence[int]) -> tuple[str, int]:
    """Once a person, post and day; what is not seen is not viewed. The epoch, and how many."""
    if len(ids) > VIEWS_AT_ONCE:
        raise BadInput(f"At most {VIEWS_AT_ONCE} posts at once.", field="posts")
    (me,) = await writer.reader.people([person])
    access_self(me)
    seen = await seen_among(writer.reader, person, ids)
    moment = await writer.moment()

    def viewed(new: Sequence[int]) -> Event:
        stale = Touched(post_counts=frozenset(new)).to_json()
        data = {"actor": person, "posts": sorted(new), "touched": stale}
        return Event(moment.event, Kind.VIEWED.value, moment.now, data)

    if not seen:
        return await writer.committed(()), 0
    new = await writer.store.record_views(person, seen, moment.now // DAY_MS, viewed)
    epoch = await (writer.settle(viewed(new)) if new else writer.committed(()))
    return epoch, len(new)


def there(ties: Ties) -> PostCard:
    if ties.post is None or ties.post.gone:
        raise no_post()
    return ties.post
