"""Post, reply, share and quote: all of them are posts, and come to be in one way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from graph.actions.access import access_self
from graph.actions.moment import Moment
from graph.actions.post_edges import linked
from graph.actions.post_events import told_of_post
from graph.actions.post_rules import KEY_MS, Draft, PostInput, create_key, drafted, set_props
from graph.actions.writer import Writer, Written
from graph.changes import Create, Name, Op, Ops, Put
from graph.errors import Conflict
from graph.events.kinds import Kind
from graph.ids import created_at
from graph.posts import share_key
from graph.records import Person, PostCard, Ties
from graph.sight import access_posts, no_post
from graph.visibility import cards_mask


@dataclass(frozen=True, slots=True)
class Coming:
    """A post that is to be: what it says, and everything it leads to."""

    id: int
    draft: Draft
    parent: PostCard | None
    original: PostCard | None
    via: int | None  # the plain share that the original was found by
    mentions: Sequence[int]
    tags: Mapping[str, int]  # to the id a tag gets if it is new
    key: str | None

    @property
    def plain_share(self) -> bool:
        return self.original is not None and self.draft.empty

    @property
    def reads(self) -> list[int]:
        """Itself first: an attempt whose commit got no answer may have made it already."""
        others = [post.id for post in (self.parent, self.original) if post is not None]
        return list(dict.fromkeys([self.id, *others]))


async def create_post(
    writer: Writer, author: int, given: PostInput, key: str | None = None
) -> Written:
    """With a key, the same call again answers the same post, for a day."""
    draft, known = drafted(given), create_key(author, key)
    if known is not None and (post := await remembered(writer, author, known)) is not None:
        return Written(await writer.committed(()), post)
    coming = await prepared(writer, author, draft, known)
    try:
        return await publish(writer, author, coming)
    except Conflict:
        # The same call, or the same share, a moment earlier.
        post = await _made_meanwhile(writer, author, coming)
        if post is None:
            raise
        return Written(await writer.committed(()), post)


async def prepared(writer: Writer, author: int, draft: Draft, key: str | None) -> Coming:
    reader = writer.reader
    named = [id for id in (draft.reply_to, draft.shares) if id is not None]
    seen = {post.id: post for post in await access_posts(reader, author, named)}
    parent = seen.get(draft.reply_to) if draft.reply_to is not None else None
    original = seen.get(draft.shares) if draft.shares is not None else None
    via = None
    if original is not None and original.is_plain_share:
        assert original.shares is not None
        via = original.id
        (original,) = await access_posts(reader, author, [original.shares])
    return Coming(
        id=await writer.ids.new(),
        draft=draft,
        parent=parent,
        original=original,
        via=via,
        mentions=await mentioned(writer, author, draft.mentions),
        tags={tag: await writer.ids.new() for tag in draft.tags},
        key=key,
    )


async def publish(writer: Writer, author: int, coming: Coming) -> Written:
    ties, ops = await writer.posts(author, coming.reads, partial(decide_create, coming=coming))
    epoch = await writer.committed(ops)
    if not ops and coming.plain_share:
        return Written(epoch, ties[-1].share or coming.id)
    return Written(epoch, coming.id)


def decide_create(
    person: Person | None, ties: Sequence[Ties], moment: Moment, coming: Coming
) -> Ops:
    """Nothing where it is there already: a plain share, or all of it after a lost answer."""
    author = access_self(person)
    itself, *others = ties
    if itself.post is not None:
        return ()
    if any(tie.post is None or tie.post.gone for tie in others):
        raise no_post()
    if coming.plain_share and others[-1].share is not None:
        return ()
    card = post_of(coming, author.id)
    return told_of_post(
        Kind.POSTED,
        moment,
        author.id,
        card,
        creation(coming, card),
        parent=coming.parent,
        original=coming.original,
    )


def post_of(coming: Coming, author: int) -> PostCard:
    """The card it is going to have. Its time is its id's: the order of both is the same."""
    draft = coming.draft
    return PostCard(
        id=coming.id,
        author=author,
        created_at=created_at(coming.id),
        visibility=draft.visibility,
        type=draft.type,
        text=draft.text,
        reply_to=coming.parent.id if coming.parent else None,
        shares=coming.original.id if coming.original else None,
        tags=tuple(sorted(coming.tags)),
        mentions=tuple(sorted(coming.mentions)),
        media=draft.media,
    )


def creation(coming: Coming, card: PostCard) -> Ops:
    key = share_key(card.author, card.shares) if coming.plain_share and card.shares else None
    props = {
        **coming.draft.props(),
        "createdAt": card.created_at,
        "gone": False,
        "shareKey": key,
        "createKey": coming.key,
    }
    ops: list[Op] = [Create("Post", card.id, set_props(props))]
    ops += linked("POSTED", card.author, card.id, card.created_at)
    if card.reply_to is not None:
        ops += linked("REPLIES_TO", card.id, card.reply_to, card.created_at)
    if card.shares is not None:
        ops += linked("SHARES", card.id, card.shares, card.created_at, via=coming.via)
    for user in card.mentions:
        ops += linked("MENTIONS", card.id, user, card.created_at)
    if coming.tags:
        ops.append(Name("TAGGED", card.id, dict(coming.tags)))
    return tuple(ops)


async def mentioned(writer: Writer, author: int, names: Sequence[str]) -> list[int]:
    """Who is meant: those whom the author may find. A mention of anybody else is words."""
    if not names:
        return []
    found = await writer.store.find_people("usernameKey", list(names))
    ids = np.array(sorted({id for id in found if id is not None}), np.int64)
    viewer = await writer.reader.viewer(author)
    there: list[int] = ids[cards_mask(viewer, ids, await writer.reader.flags(ids))].tolist()
    return there


# --- the caller's key


async def remembered(writer: Writer, author: int, key: str) -> int | None:
    """The post that this key made, as long as it is remembered."""
    (post,) = await writer.store.find_posts("createKey", [key])
    if post is None:
        return None
    if created_at(post) > writer.clock() - KEY_MS:
        return post
    await writer.posts(author, [post], decide_forget_key)
    return None


def decide_forget_key(person: Person | None, ties: Sequence[Ties], moment: Moment) -> Ops:
    """Not an event: nobody sees a difference."""
    return tuple(Put("Post", tie.post.id, {"createKey": None}) for tie in ties if tie.post)


async def _made_meanwhile(writer: Writer, author: int, coming: Coming) -> int | None:
    keys = {"createKey": coming.key}
    if coming.plain_share and coming.original is not None:
        keys["shareKey"] = share_key(author, coming.original.id)
    for name, key in keys.items():
        if key is not None:
            (post,) = await writer.store.find_posts(name, [key])
            if post is not None:
                return post
    return None
