"""What an entry of an inbox leads to, and to whom it may be shown now.

The entry was made when the change was; rules are asked when it is handed on, of all who listen at
once: from the other end, as masks over the viewers of one event.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.adjacency.reader import Reader
from graph.events.letters import Letter, Told
from graph.post_visibility import AUDIENCE, Audience, audience, readers_mask
from graph.records import Ids, Person, PostCard
from graph.visibility import Mask, contains, finders_mask


@dataclass(frozen=True, slots=True)
class Acted:
    """Somebody did something that concerns the owner of the inbox."""

    told: Told
    by: Person


@dataclass(frozen=True, slots=True)
class Liked:
    post: PostCard
    by: Person
    count: int


@dataclass(frozen=True, slots=True)
class Posted:
    """A post that came or changed, and the reader's own that it is about."""

    told: Told
    post: PostCard
    about: PostCard | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    post: int


Found = Acted | Liked | Posted | Removed
Judged = tuple[Found | None, Mask]


async def load(reader: Reader, letter: Letter, viewers: Ids, now: int) -> Judged:
    """What there is to show, and which of `viewers` may see it."""
    if letter.told is Told.REMOVED:
        return await _removed(reader, letter, viewers)
    if letter.told is Told.LIKED:
        return await _liked(reader, letter, viewers)
    if letter.post is not None:
        return await _posted(reader, letter, viewers, now)
    (person,) = await reader.people([letter.by])
    if person is None:
        return _nothing(viewers)
    sets = await reader.viewer(letter.by)
    return Acted(letter.told, person), finders_mask(sets, person.flags, viewers)


def _nothing(viewers: Ids) -> Judged:
    return None, np.zeros(len(viewers), np.bool_)


async def _liked(reader: Reader, letter: Letter, viewers: Ids) -> Judged:
    assert letter.post is not None
    (person,) = await reader.people([letter.by])
    (post,) = await reader.posts([letter.post])
    if person is None or post is None or post.gone:
        return _nothing(viewers)
    sets = await reader.viewer(letter.by)
    mask = finders_mask(sets, person.flags, viewers) & (viewers == post.author)
    return Liked(post, person, letter.count or 1), mask


async def _posted(reader: Reader, letter: Letter, viewers: Ids, now: int) -> Judged:
    wanted = [id for id in (letter.post, letter.about) if id is not None]
    post, *others = await reader.posts(wanted)
    if post is None or (others and (others[0] is None or others[0].gone)):
        return _nothing(viewers)
    followers = await _among_followers(reader, post.author, viewers)
    mask = await _readers(reader, post.author, audience(post), viewers, followers)
    if others and others[0] is not None:
        return Posted(letter.told, post, others[0]), mask & (viewers == others[0].author)
    mask &= contains(followers, viewers)
    if letter.reply_author is not None:
        mask &= contains(await _among_followers(reader, letter.reply_author, viewers), viewers)
    mask &= ~await _muting(reader, viewers, post.author, now)
    return Posted(letter.told, post), mask


async def _removed(reader: Reader, letter: Letter, viewers: Ids) -> Judged:
    """Only to whom it was shown, or might have been."""
    assert letter.post is not None
    assert letter.visibility is not None
    followers = await _among_followers(reader, letter.by, viewers)
    meant = AUDIENCE[letter.visibility]
    mask = await _readers(reader, letter.by, meant, viewers, followers)
    return Removed(letter.post), mask & contains(followers, viewers)


async def _readers(
    reader: Reader, author: int, meant: Audience, viewers: Ids, followers: Ids
) -> Mask:
    flags = await reader.flags(np.array([author], np.int64))
    sets = await reader.viewer(author)
    return readers_mask(sets, int(flags[0]), meant, viewers, followers)


async def _among_followers(reader: Reader, author: int, viewers: Ids) -> Ids:
    return await reader.linked("followers", author, np.unique(viewers))


async def _muting(reader: Reader, viewers: Ids, author: int, now: int) -> Mask:
    """Who of them muted the author; their lists are kept in this process."""
    mutes = await reader.mutes_of(viewers.tolist())
    return np.fromiter(
        (bool(((links.ids == author) & (links.at > now)).any()) for links in mutes),
        np.bool_,
        len(viewers),
    )
