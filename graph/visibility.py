"""Who may see what: the one policy, for every way out. Pure. Of posts: `post_visibility.py`.

Set algebra on arrays of ids, before paging. An edge that a viewer may not see might as well not
be there: nothing but the public numbers may differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.declaring import Flag
from graph.records import GONE, Ids, Person

Flags = NDArray[np.uint8]
Mask = NDArray[np.bool_]

# A plain number: an enumeration's arithmetic costs more than an array's.
HIDES = int(Flag.HIDES_NETWORK)
RESTRICTED_PROFILE = int(Flag.PRIVATE | Flag.FRIENDS_ONLY)
UNSUGGESTIBLE = int(Flag.NOT_SUGGESTED | Flag.UNDISCOVERABLE)


def _nobody() -> Ids:
    return np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, with the few sets that decide. Sets are sorted ascending."""

    id: int | None = None
    following: Ids = field(default_factory=_nobody)
    friends: Ids = field(default_factory=_nobody)
    blocking: Ids = field(default_factory=_nobody)
    blocked_by: Ids = field(default_factory=_nobody)

    @property
    def shuns(self) -> bool:
        """Is there a block between the viewer and anybody?"""
        return bool(len(self.blocking) or len(self.blocked_by))


class Decision(NamedTuple):
    allowed: bool
    rule: str
    text: str


ANYONE = Viewer()

PUBLIC = Decision(True, "PUBLIC", "This profile is public.")
OWNER = Decision(True, "OWNER", "This is you.")
FOLLOWER = Decision(True, "FOLLOWER", "This profile is private, and you are an accepted follower.")
FRIEND = Decision(True, "FRIEND", "This profile is for friends, and you are one.")
NOT_FOUND = Decision(False, "NOT_FOUND", "There is nobody of this id to be seen.")
BLOCKING = Decision(False, "BLOCKING", "You blocked this person.")
PRIVATE = Decision(False, "PRIVATE", "This profile is private: its accepted followers see it.")
FRIENDS_ONLY = Decision(False, "FRIENDS_ONLY", "This profile is for friends only.")
HIDES_NETWORK = Decision(False, "HIDES_NETWORK", "This person keeps the network hidden.")


def contains(sorted_set: Ids, ids: Ids) -> Mask:
    """Which of `ids` are in a sorted set."""
    if len(sorted_set) == 0:
        return np.zeros(len(ids), np.bool_)
    at = sorted_set.searchsorted(ids)
    at[at == len(sorted_set)] = 0
    found: Mask = sorted_set[at] == ids
    return found


def has(sorted_set: Ids, one: int) -> bool:
    at = int(np.searchsorted(sorted_set, one))
    return at < len(sorted_set) and int(sorted_set[at]) == one


def cards_mask(viewer: Viewer, ids: Ids, flags: Flags) -> Mask:
    """Whose card the viewer may find: those who are there and did not block the viewer."""
    there: Mask = (flags & GONE) == 0
    return _without(there, viewer.blocked_by, ids)


def listed_mask(viewer: Viewer, ids: Ids, flags: Flags) -> Mask:
    """Who may stand in a list shown to the viewer: found, and not blocked by the viewer."""
    return _without(cards_mask(viewer, ids, flags), viewer.blocking, ids)


def _without(mask: Mask, sorted_set: Ids, ids: Ids) -> Mask:
    """The mask, less those in a set that is mostly empty."""
    if len(sorted_set):
        mask &= ~contains(sorted_set, ids)
    return mask


def finders_mask(sets: Viewer, flags: int, viewers: Ids) -> Mask:
    """`listed_mask` from the other end: to which of `viewers` this person, with these sets of
    their own, may be shown."""
    if flags & Flag.GONE:
        return np.zeros(len(viewers), np.bool_)
    return ~contains(sets.blocking, viewers) & ~contains(sets.blocked_by, viewers)


def profiles_mask(viewer: Viewer, ids: Ids, flags: Flags) -> Mask:
    """Whose profile, posts and lists are open to the viewer."""
    restricted = (flags & RESTRICTED_PROFILE) != 0
    open_: Mask = listed_mask(viewer, ids, flags) & ~restricted
    if viewer.id is None or not restricted.any():
        return open_
    private = (flags & int(Flag.PRIVATE)) != 0
    friends_only = (flags & int(Flag.FRIENDS_ONLY)) != 0
    let_in = (
        (ids == viewer.id)
        | (private & contains(viewer.following, ids))
        | (friends_only & contains(viewer.friends, ids))
    )
    open_ |= listed_mask(viewer, ids, flags) & restricted & let_in
    return open_


def opened_profiles(viewer: Viewer, people: Sequence[Person]) -> list[bool]:
    """The same for a page of people: most pages need no sets, and so no arrays."""
    flags = [int(person.flags) for person in people]
    if not any(one & (GONE | RESTRICTED_PROFILE) for one in flags) and not viewer.shuns:
        return [True] * len(people)
    ids = np.fromiter((person.id for person in people), np.int64, len(people))
    opened: list[bool] = profiles_mask(viewer, ids, np.array(flags, np.uint8)).tolist()
    return opened


class Standing(IntEnum):
    """How much of one person's network a viewer may know of."""

    NONE = 0  # nobody to be found, or blocked by the viewer: nothing
    HIDDEN = 1  # hides the network: only an edge that ends at the viewer
    CLOSED = 2  # a closed profile: what the other end's profile shows
    OPEN = 3  # all that the other end does not hide
    OWN = 4  # the viewer's own


def standings(viewer: Viewer, owners: Ids, flags: Flags) -> NDArray[np.uint8]:
    """The standing of each of `owners`."""
    found = np.full(len(owners), Standing.CLOSED, np.uint8)
    found[profiles_mask(viewer, owners, flags)] = Standing.OPEN
    found[(flags & HIDES) != 0] = Standing.HIDDEN
    found[~listed_mask(viewer, owners, flags)] = Standing.NONE
    if viewer.id is not None:
        found[owners == viewer.id] = Standing.OWN
    return found


def standing_of(viewer: Viewer, owner: int, flags: int) -> Standing:
    """The standing of one."""
    if viewer.id == owner:
        return Standing.OWN
    profile = access_profile(viewer, owner, flags)
    if profile is NOT_FOUND or profile is BLOCKING:
        return Standing.NONE
    if flags & HIDES:
        return Standing.HIDDEN
    return Standing.OPEN if profile.allowed else Standing.CLOSED


def known_mask(
    viewer: Viewer, standing: NDArray[np.uint8] | Standing, ids: Ids, flags: Flags
) -> Mask:
    """Which follows or friendships between people of that standing and `ids` may be known of.

    With one standing for all, or one an id: an edge depends on its owner by nothing else, so that
    lists of many owners of the same standing can be added up first and masked once.
    """
    if isinstance(standing, Standing):
        return _known_of_one(viewer, standing, ids, flags)
    shown: Mask = (standing == Standing.OPEN) | (standing == Standing.CLOSED)
    shown &= (flags & HIDES) == 0
    if (standing == Standing.CLOSED).any():
        shown &= (standing != Standing.CLOSED) | profiles_mask(viewer, ids, flags)
    if viewer.id is not None:
        shown |= (ids == viewer.id) & (standing != Standing.NONE)
    shown |= standing == Standing.OWN
    shown &= listed_mask(viewer, ids, flags)
    return shown


def _known_of_one(viewer: Viewer, standing: Standing, ids: Ids, flags: Flags) -> Mask:
    """The same with one standing for all."""
    if standing is Standing.NONE:
        return np.zeros(len(ids), np.bool_)
    listed = listed_mask(viewer, ids, flags)
    if standing is Standing.OWN:
        return listed
    if standing is Standing.HIDDEN:
        return listed & (ids == viewer.id) if viewer.id is not None else listed & False
    shown: Mask = (flags & HIDES) == 0
    if standing is Standing.CLOSED:
        shown &= profiles_mask(viewer, ids, flags)
    if viewer.id is not None:
        shown |= ids == viewer.id
    return listed & shown


def edges_mask(viewer: Viewer, owner: int, owner_flags: int, ids: Ids, flags: Flags) -> Mask:
    """Which follows or friendships between `owner` and each of `ids` the viewer may know of."""
    return known_mask(viewer, standing_of(viewer, owner, owner_flags), ids, flags)


def access_card(viewer: Viewer, person: int, flags: int) -> Decision:
    """May the viewer find this person at all?"""
    if flags & Flag.GONE or has(viewer.blocked_by, person):
        return NOT_FOUND
    return OWNER if viewer.id == person else PUBLIC


def access_profile(viewer: Viewer, person: int, flags: int) -> Decision:
    """May the viewer see the rest of the profile, its posts and lists?"""
    card = access_card(viewer, person, flags)
    if not card.allowed or card is OWNER:
        return card
    if has(viewer.blocking, person):
        return BLOCKING
    if flags & Flag.PRIVATE:
        return FOLLOWER if has(viewer.following, person) else PRIVATE
    if flags & Flag.FRIENDS_ONLY:
        return FRIEND if has(viewer.friends, person) else FRIENDS_ONLY
    return PUBLIC


def access_network(viewer: Viewer, person: int, flags: int) -> Decision:
    """May the viewer see whom this person follows, is followed by, and is friends with?"""
    profile = access_profile(viewer, person, flags)
    if not profile.allowed or profile is OWNER:
        return profile
    return HIDES_NETWORK if flags & Flag.HIDES_NETWORK else profile


def suggestible_mask(viewer: Viewer, ids: Ids, flags: Flags) -> Mask:
    """Who may be suggested to the viewer."""
    willing: Mask = (flags & UNSUGGESTIBLE) == 0
    willing &= listed_mask(viewer, ids, flags)
    return willing
