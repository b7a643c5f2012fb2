"""What a person has to see before they may do anything with it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graph.adjacency.reader import Reader
from graph.errors import NotFound
from graph.post_visibility import NO_POST, audience, posts_mask
from graph.records import PostCard
from graph.visibility import Mask, Viewer

# Ids are 63 bits; what lies beyond was never given to anything.
HIGHEST_POST = 2**63 - 1


def no_post() -> NotFound:
    """One and the same for an id that never was, for a deleted post and for a hidden one."""
    return NotFound(NO_POST.text)


async def seen_by(reader: Reader, viewer: Viewer, posts: Sequence[PostCard]) -> Mask:
    """Which of these posts the viewer may see; one look at their authors' flags."""
    authors = np.fromiter((post.author for post in posts), np.int64, len(posts))
    audiences = np.fromiter((audience(post) for post in posts), np.uint8, len(posts))
    return posts_mask(viewer, authors, await reader.flags(authors), audiences)


async def seen_among(reader: Reader, person: int, ids: Sequence[int]) -> list[int]:
    """Which of these posts this person may see, each once."""
    known = [id for id in dict.fromkeys(ids) if 0 < id <= HIGHEST_POST]
    found = [post for post in await reader.posts(known) if post is not None]
    seen = await seen_by(reader, await reader.viewer(person), found)
    return [post.id for post, shown in zip(found, seen, strict=True) if shown]


async def access_posts(reader: Reader, person: int, ids: Sequence[int]) -> list[PostCard]:
    """These posts, if this person may see all of them. Raises NotFound."""
    if not all(0 < id <= HIGHEST_POST for id in ids):
        raise no_post()
    found = [post for post in await reader.posts(ids) if post is not None]
    if len(found) < len(ids):
        raise no_post()
    seen = await seen_by(reader, await reader.viewer(person), found)
    if not seen.all():
        raise no_post()
    return found
