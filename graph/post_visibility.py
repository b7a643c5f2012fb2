"""Who may see a post: by its own visibility, and by its author's profile. Pure.

The same policy as `visibility.py`, which says what is open of people.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from graph.declaring import Flag, Visibility
from graph.records import Ids, PostCard
from graph.visibility import (
    NOT_FOUND,
    OWNER,
    PUBLIC,
    Decision,
    Flags,
    Mask,
    Viewer,
    access_profile,
    contains,
    finders_mask,
    has,
    profiles_mask,
)

AUTHOR = Decision(True, "AUTHOR", "You wrote this.")
PUBLIC_POST = Decision(True, "PUBLIC", "This post is public.")
FOLLOWER_POST = Decision(True, "FOLLOWER", "This post is for followers, and you are one.")
FRIEND_POST = Decision(True, "FRIEND", "This post is for friends, and you are one.")
NO_POST = Decision(False, "NOT_FOUND", "There is no post of this id to be seen.")
FOLLOWERS_POST = Decision(False, "FOLLOWERS_ONLY", "This post is for its author's followers.")
FRIENDS_POST = Decision(False, "FRIENDS_ONLY", "This post is for its author's friends.")


class Audience(IntEnum):
    """Whom a post is for, as arrays of posts hold it."""

    PUBLIC = 0
    FOLLOWERS = 1
    FRIENDS = 2
    PRIVATE = 3
    NOBODY = 4  # gone


AUDIENCE = {visibility: Audience[visibility.name] for visibility in Visibility}
Audiences = NDArray[np.uint8]


def audience(post: PostCard) -> Audience:
    return Audience.NOBODY if post.gone else AUDIENCE[post.visibility]


def posts_mask(viewer: Viewer, authors: Ids, flags: Flags, audiences: Audiences) -> Mask:
    """Which posts the viewer may see: by their own visibility and their author's profile, both.

    `authors`, their `flags` and `audiences` (see `audience`) have one entry a post. What a post
    replies to or shares is a post of its own; a mention widens nothing.
    """
    own = authors == (-1 if viewer.id is None else viewer.id)
    meant: Mask = own | (audiences == Audience.PUBLIC)
    for kind, circle in (
        (Audience.FOLLOWERS, viewer.following),
        (Audience.FRIENDS, viewer.friends),
    ):
        narrow = audiences == kind
        if narrow.any():
            meant |= narrow & contains(circle, authors)
    meant &= audiences != Audience.NOBODY
    meant &= profiles_mask(viewer, authors, flags)
    return meant


def readers_mask(
    sets: Viewer, flags: int, audience: Audience, viewers: Ids, followers: Ids
) -> Mask:
    """`posts_mask` from the other end: which of `viewers` may see a post of this author.

    `sets` are the author's own, `followers` those of `viewers` who follow the author, ascending.
    """
    shown = finders_mask(sets, flags, viewers)
    own: Mask = viewers == (-1 if sets.id is None else sets.id)
    if audience is Audience.FOLLOWERS or flags & Flag.PRIVATE:
        shown &= own | contains(followers, viewers)
    if audience is Audience.FRIENDS or flags & Flag.FRIENDS_ONLY:
        shown &= own | contains(sets.friends, viewers)
    if audience is Audience.PRIVATE:
        shown &= own
    if audience is Audience.NOBODY:
        shown &= False
    return shown


def access_post(viewer: Viewer, author: int, flags: int, audience: Audience) -> Decision:
    """May the viewer see this post? `flags` are its author's.

    What is for its author alone does not exist for anybody else.
    """
    profile = access_profile(viewer, author, flags)
    if audience is Audience.NOBODY or profile is NOT_FOUND:
        return NO_POST
    if profile is OWNER:
        return AUTHOR
    if not profile.allowed:
        return NO_POST if audience is Audience.PRIVATE else profile
    match audience:
        case Audience.PUBLIC:
            return PUBLIC_POST if profile is PUBLIC else profile
        case Audience.FOLLOWERS:
            return FOLLOWER_POST if has(viewer.following, author) else FOLLOWERS_POST
        case Audience.FRIENDS:
            return FRIEND_POST if has(viewer.friends, author) else FRIENDS_POST
    return NO_POST
